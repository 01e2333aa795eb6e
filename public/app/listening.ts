import { selfIn, type Call, type Choices } from "../sdk/index.js";
import type { Devices } from "./devices.js";
import type { Parts } from "./dom.js";
import type { MenuItem } from "./menu.js";
import { notify } from "./notices.js";

/** The switches for how one listens and is heard. */
export const listeningItems = (call: Call): MenuItem[] => {
  const choices = call.choices();
  const item = (
    id: keyof Choices,
    rest: Pick<MenuItem, "label" | "note" | "icon">,
  ): MenuItem => ({
    id,
    ...rest,
    kind: "switch",
    checked: choices[id],
    act: () => call.choose({ [id]: !choices[id] }),
  });
  const { recorded } = choices;
  return [
    item("deaf", {
      label: "Hear nothing",
      note: "The others still hear you",
      icon: "deaf",
    }),
    item("held", {
      label: "On hold",
      note: "Neither heard, hearing nor seen",
      icon: "hold",
    }),
    item("music", {
      label: "Music mode",
      note: "Sounds as it is: wear headphones",
      icon: "music",
    }),
    item("denoise", {
      label: "Noise suppression",
      note: "By the server, beside your browser’s",
      icon: "noise",
    }),
    {
      id: "unrecorded",
      label: "Do not record me",
      note: "Those in the call hear and see you",
      icon: "unrecorded",
      kind: "switch",
      checked: !recorded,
      act: () => call.choose({ recorded: !recorded }),
    },
  ];
};

const NEWS = {
  deaf: [
    "A moderator lets you hear again.",
    "A moderator made you hear nothing.",
  ],
  held: ["A moderator took you off hold.", "A moderator put you on hold."],
  music: [
    "A moderator switched your music mode off.",
    "A moderator switched your music mode on.",
  ],
  denoise: [
    "A moderator switched your noise suppression off.",
    "A moderator switched your noise suppression on.",
  ],
  recorded: ["You are left out of recordings.", "You are in recordings again."],
} as const satisfies Record<keyof Choices, readonly [string, string]>;

/** The signs that remind one of being on hold or hearing nothing, and the way back; the microphone follows music mode. */
export const setUpListening = (
  parts: Parts,
  call: Call,
  devices: Devices,
): void => {
  const render = (): void => {
    const self = selfIn(call.room());
    const { held = false, deaf = false, music = false } = self ?? {};
    parts.text("hold-sign").hidden = !held;
    parts.text("deaf-sign").hidden = !deaf || held;
    void devices.microphone.setMusic(music);
  };
  parts.button("end-hold").onclick = () => call.choose({ held: false });
  parts.button("end-deaf").onclick = () => call.choose({ deaf: false });
  call.on("participants", render);
  call.on("joined", render);
  call.on("moderated", (change) => {
    for (const [key, news] of Object.entries(NEWS)) {
      const is = change[key as keyof Choices];
      if (is !== undefined) notify(news[is ? 1 : 0]);
    }
  });
};
