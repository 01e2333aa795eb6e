import type { Call, ParticipantInfo } from "../sdk/index.js";
import { ask } from "./ask.js";
import { createLatest } from "./latest.js";
import type { MenuContent, MenuItem } from "./menu.js";
import type { MenuSlider } from "./menu-slider.js";
import { pinnedIn } from "./tile-text.js";

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

/** What moderators may do to somebody else. */
const moderationItems = (
  call: Call,
  { id, muted, camera, sharing, held }: ParticipantInfo,
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

const slider = (
  id: string,
  label: string,
  value: number,
  send: (value: number) => Promise<unknown>,
): MenuSlider => ({ id, label, value, set: createLatest(send) });

/** How loud somebody is, for oneself and for everybody. */
const sliders = (call: Call, { id, gain }: ParticipantInfo): MenuSlider[] => {
  const { self, role } = call.room();
  const own = slider("balance", "Volume for you", call.balanceOf(id), (value) =>
    ask(call.balance(id, value)),
  );
  const all = slider("gain", "Volume for everybody", gain, (value) =>
    ask(call.moderate(id, { gain: value })),
  );
  return [
    ...(id === self ? [] : [own]),
    ...(role === "moderator" ? [all] : []),
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
  return {
    title: title ?? person.name,
    sliders: sliders(call, person),
    items: [
      ...viewItems(call, person),
      ...(moderates ? [pinItem(call, id)] : []),
      ...(moderates && id !== self ? moderationItems(call, person) : []),
    ],
  };
};
