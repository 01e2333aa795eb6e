import type { Call, ParticipantInfo } from "../sdk/index.js";
import { ask } from "./ask.js";
import { createLatest } from "./latest.js";
import type { MenuContent, MenuItem } from "./menu.js";
import type { MenuSlider } from "./menu-slider.js";
import { panText, pinnedIn } from "./tile-text.js";

const EVERYBODY = "main";

const viewItems = (call: Call, { id, name }: ParticipantInfo): MenuItem[] => {
  const { view } = call.watching();
  const watch = (next: string): void => void ask(call.watch({ view: next }));
  const isSelf = id === call.room().self;
  const everybody: MenuItem = {
    id: "everybody",
    label: "Show everybody",
    icon: "people",
    act: () => watch(EVERYBODY),
  };
  const only: MenuItem = {
    id: "solo",
    label: isSelf ? "Watch only yourself" : `Watch only ${name}`,
    note: "In your picture alone",
    icon: "solo",
    act: () => watch(`solo:${id}`),
  };
  const without: MenuItem = {
    id: "own",
    label: "Leave me out of my picture",
    note: "Costs the server a picture of your own",
    icon: "without",
    act: () => watch(`own:${id}`),
  };
  if (view === `solo:${id}`) return [everybody];
  const others = view === EVERYBODY ? [] : [everybody];
  return isSelf && view !== `own:${id}`
    ? [only, without, ...others]
    : [only, ...others];
};

const pinItem = (call: Call, id: string): MenuItem => {
  const isPinned = pinnedIn(call.room().tiles) === id;
  return {
    id: isPinned ? "unpin" : "pin",
    label: isPinned ? "Stop keeping large" : "Keep large",
    note: "In everybody’s picture",
    icon: "pin",
    act: () => void ask(call.pin(isPinned ? null : id)),
  };
};

const endShare = (call: Call, id: string): MenuItem => ({
  id: "end-share",
  label: "End the shared screen",
  icon: "share",
  act: () => void ask(call.moderate(id, { sharing: false })),
});

/** What moderators may end of somebody else. */
const muteItems = (
  call: Call,
  { id, muted, camera, sharing }: ParticipantInfo,
): MenuItem[] => [
  {
    id: "mute",
    label: muted ? "Muted" : "Mute",
    icon: "mic-off",
    disabled: muted,
    act: () => void ask(call.moderate(id, { muted: true })),
  },
  {
    id: "camera-off",
    label: camera ? "Turn camera off" : "Camera is off",
    icon: "camera-off",
    disabled: !camera,
    act: () => void ask(call.moderate(id, { cameraOff: true })),
  },
  ...(sharing ? [endShare(call, id)] : []),
];

/** How moderators send somebody away. */
const awayItems = (
  call: Call,
  { id, held, deaf }: ParticipantInfo,
): MenuItem[] => [
  {
    id: "deafen",
    label: "Hears nothing",
    note: "The others still hear them",
    icon: "deaf",
    kind: "switch",
    checked: deaf,
    act: () => void ask(call.moderate(id, { deaf: !deaf })),
  },
  {
    id: "hold",
    label: "On hold",
    note: "Neither heard, hearing nor seen",
    icon: "hold",
    kind: "switch",
    checked: held,
    act: () => void ask(call.moderate(id, { held: !held })),
  },
  {
    id: "remove",
    label: "Remove from the call",
    icon: "remove",
    confirm: "Really remove?",
    act: () => void ask(call.remove(id)),
  },
];

/** How somebody's voice is treated and where it is heard. */
const voiceItems = (
  call: Call,
  { id, denoise, music, spread }: ParticipantInfo,
): MenuItem[] => {
  const { self, options } = call.room();
  const place: MenuItem = {
    id: "spread",
    label: "Heard where the tile is",
    icon: "sound",
    kind: "switch",
    checked: spread,
    act: () => void ask(setPlace(call, id, { spread: !spread })),
  };
  const noise: MenuItem = {
    id: "denoise-person",
    label: "Noise suppression",
    icon: "noise",
    kind: "switch",
    checked: denoise,
    act: () => void ask(call.moderate(id, { denoise: !denoise })),
  };
  // One's own is where one's other choices are.
  const tune: MenuItem = {
    id: "music-person",
    label: "Music mode",
    note: "Sounds as it is",
    icon: "music",
    kind: "switch",
    checked: music,
    act: () => void ask(call.moderate(id, { music: !music })),
  };
  return [
    ...(id === self ? [] : [noise, tune]),
    ...(options.stereo ? [place] : []),
  ];
};

/** A word aside, for moderators. */
const asideItems = (call: Call, { id, name }: ParticipantInfo): MenuItem[] => {
  const { hearing } = call.room();
  const whispers = hearing.sidebar?.includes(id) === true;
  const coaches = hearing.coaches.includes(id);
  const whisper = async (on: boolean): Promise<void> => {
    const { setWhisper } = await import("./aside.js");
    await setWhisper(call, id, on);
  };
  const coach = async (on: boolean): Promise<void> => {
    const { setCoach } = await import("./aside.js");
    await setCoach(call, id, on);
  };
  return [
    {
      id: "whisper",
      label: `Whisper with ${name}`,
      note: "The others do not hear it, and are quieter",
      icon: "whisper",
      kind: "switch",
      checked: whispers,
      act: () => void ask(whisper(!whispers)),
    },
    {
      id: "coach",
      label: `Coach ${name}`,
      note: "You hear all, nobody else hears you",
      icon: "coach",
      kind: "switch",
      checked: coaches,
      act: () => void ask(coach(!coaches)),
    },
  ];
};

const slider = (
  id: string,
  label: string,
  value: number,
  send: (value: number) => Promise<unknown>,
): MenuSlider => ({ id, label, value, set: createLatest(send) });

const mayPlace = (call: Call, id: string): boolean =>
  id === call.room().self || call.room().role === "moderator";

/** One's own, or as a moderator. */
const setPlace = (
  call: Call,
  id: string,
  place: { pan?: number; spread?: boolean },
): Promise<void> =>
  id === call.room().self ? call.setPlace(place) : call.moderate(id, place);

/** How loud somebody is, for oneself and for everybody, and where in a stereo room. */
const sliders = (call: Call, person: ParticipantInfo): MenuSlider[] => {
  const { id, gain, pan, spread } = person;
  const { self, role, options } = call.room();
  const own = slider("balance", "Volume for you", call.balanceOf(id), (value) =>
    ask(call.balance(id, value)),
  );
  const all = slider("gain", "Volume for everybody", gain, (value) =>
    ask(call.moderate(id, { gain: value })),
  );
  const place: MenuSlider = {
    ...slider("pan", "Place", pan, (value) =>
      ask(setPlace(call, id, { pan: value })),
    ),
    ...{ min: -1, max: 1, text: panText },
  };
  return [
    ...(id === self ? [] : [own]),
    ...(role === "moderator" ? [all] : []),
    ...(options.stereo && !spread && mayPlace(call, id) ? [place] : []),
  ];
};

/** What can be done with somebody; undefined when that person is gone. */
export const personMenu = (
  call: Call,
  id: string,
  title?: string,
): MenuContent | undefined => {
  const { participants, self, role } = call.room();
  const person = participants.find((one) => one.id === id);
  if (person === undefined) return undefined;
  const moderates = role === "moderator";
  const moderatesOther = moderates && id !== self;
  return {
    title: title ?? person.name,
    sliders: sliders(call, person),
    items: [
      ...viewItems(call, person),
      ...(moderates ? [pinItem(call, id)] : []),
      ...(moderatesOther ? muteItems(call, person) : []),
      ...(moderatesOther ? asideItems(call, person) : []),
      ...(mayPlace(call, id) ? voiceItems(call, person) : []),
      ...(moderatesOther ? awayItems(call, person) : []),
    ],
  };
};
