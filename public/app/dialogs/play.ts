import type { PlayableInfo, PlayedInfo } from "../../sdk/index.js";
import { cloneTemplate } from "../dom.js";
import { createLatest } from "../latest.js";
import { personIn, type Dialog } from "./dialog.js";
import { DUCK, starting, type Shelf } from "./play-start.js";
import { clockOf } from "../people-text.js";
import { playedName, playedState, positionAfter } from "./play-text.js";
import { button, createList, fieldRow, paragraph, section } from "./rows.js";
import { uploadSound } from "./upload.js";

const NOTHING: PlayableInfo = {
  ...{ files: [], uploads: [], recordings: [], feedHosts: [] },
  ...{ pushes: false, encoders: false },
};

/** Milliseconds between two looks at how far things are. */
const LOOK_EVERY = 500;

/** Where it is, to be moved: of what has an end. */
const bindPosition = (
  { call, ask }: Dialog,
  id: string,
  input: HTMLInputElement,
) => {
  const move = createLatest((position: number) =>
    ask(call.playback(id, { position })),
  );
  input.oninput = () => move(Number(input.value));
  return (played: PlayedInfo, name: string): void => {
    const { duration } = played;
    input.closest("label")!.hidden = duration === undefined;
    input.max = String(Math.floor(duration ?? 0));
    input.setAttribute("aria-label", `Place in ${name}`);
    // Not what somebody draws at this moment.
    if (input.matches(":active")) return;
    const position = positionAfter(played, call.playingAge());
    input.value = String(Math.floor(position));
    input.setAttribute("aria-valuetext", clockOf(position));
  };
};

/** What is switched of one thing that plays. */
const switchesOf = ({ call, ask }: Dialog, id: string) => {
  let now: PlayedInfo | undefined;
  const toggle = button(`toggle-${id}`, "Pause", () => {
    const state = now?.state === "playing" ? "paused" : "playing";
    void ask(call.playback(id, { state }));
  });
  const loop = button(`loop-${id}`, "Repeat", () => {
    void ask(call.playback(id, { loop: now?.loop !== true }));
  });
  const duck = button(`duck-${id}`, "Voices quieter", () => {
    const by = (now?.duck ?? 0) > 0 ? 0 : DUCK;
    void ask(call.playback(id, { duck: by }));
  });
  const stop = button(`stop-${id}`, "Stop", () => {
    void ask(call.playback(id, { state: "stopped" }));
  });
  return {
    buttons: [toggle, loop, duck, stop],
    show: (played: PlayedInfo): void => {
      const { state } = played;
      toggle.textContent = state === "playing" ? "Pause" : "Go on";
      toggle.disabled = state === "failed" || state === "waiting";
      loop.setAttribute("aria-pressed", String(played.loop));
      duck.hidden = played.kind !== "sound";
      duck.setAttribute("aria-pressed", String((played.duck ?? 0) > 0));
      now = played;
    },
  };
};

/** One thing that plays. */
const playedRow = (shelf: Shelf, { id }: PlayedInfo) => {
  const { call, ask } = shelf.dialog;
  const { root, text, get } = cloneTemplate("row-played");
  const showPosition = bindPosition(
    shelf.dialog,
    id,
    get("position", HTMLInputElement),
  );
  const switches = switchesOf(shelf.dialog, id);
  let now: PlayedInfo | undefined;
  const volume = get("volume", HTMLInputElement);
  const setVolume = createLatest((value: number) =>
    ask(call.playback(id, { volume: value })),
  );
  volume.oninput = () => setVolume(Number(volume.value) / 100);
  text("actions").append(...switches.buttons);
  return {
    root,
    update: (played: PlayedInfo): void => {
      const heardBy = personIn(shelf.dialog, played.participant)?.name;
      const name = playedName(played, shelf.has.uploads);
      text("label").textContent = name;
      text("note").textContent = playedState(
        played,
        call.playingAge(),
        heardBy,
      );
      showPosition(played, name);
      switches.show(played);
      volume.setAttribute("aria-label", `Volume of ${name}`);
      // Not what somebody draws at this moment.
      if (played.volume !== now?.volume && document.activeElement !== volume)
        volume.value = String(100 * played.volume);
      now = played;
    },
  };
};

const playing = (shelf: Shelf): HTMLElement => {
  const { call, follow, onClose } = shelf.dialog;
  const list = document.createElement("ul");
  const none = paragraph("Nothing plays now.");
  const show = createList<PlayedInfo>(
    list,
    ({ id }) => id,
    (played) => playedRow(shelf, played),
  );
  const render = (): void => {
    none.hidden = call.room().playing.length > 0;
    show(call.room().playing);
  };
  follow(["playing", "participants", "joined"], render);
  const timer = setInterval(render, LOOK_EVERY);
  onClose(() => clearInterval(timer));
  return section("Now", none, list);
};

const uploading = (shelf: Shelf): HTMLElement => {
  const { ask, token } = shelf.dialog;
  const { root, input } = fieldRow({
    ...{ id: "upload", label: "A file of yours", type: "file" },
    note: "Any sound, 64 MB at most; it stays on the server",
  });
  input.accept = "audio/*,video/*";
  const state = paragraph();
  state.setAttribute("role", "status");
  input.onchange = async () => {
    const file = input.files?.[0];
    if (file === undefined) return;
    state.textContent = "Uploading…";
    const done = await ask(uploadSound(file, token));
    state.textContent = done ? "It is there, and can be played." : "";
    input.value = "";
    await shelf.look();
  };
  return section("Upload", root, state);
};

/** Sounds and films into the room, and what plays of them. */
export const fillPlay = (dialog: Dialog): void => {
  const { body, call, ask } = dialog;
  const shelf: Shelf = {
    dialog,
    has: NOTHING,
    look: async () => {
      await ask(
        call.playable().then((has) => {
          shelf.has = has;
        }),
      );
    },
  };
  body.append(playing(shelf), starting(shelf), uploading(shelf));
  void shelf.look();
};
