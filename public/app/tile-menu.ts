import type { Call, ParticipantInfo, TilePlace } from "../sdk/index.js";
import type { MenuContent, MenuItem } from "./menu.js";
import { pinnedIn, tileName } from "./tile-text.js";

/** Does something that the server may refuse, and tells its user if so. */
export type Ask = (asked: Promise<unknown>) => void;

const EVERYBODY = "main";

const viewItems = (
  call: Call,
  ask: Ask,
  { id, name }: ParticipantInfo,
): MenuItem[] => {
  const { view } = call.watching();
  const watch = (next: string): void => ask(call.watch({ view: next }));
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

const pinItem = (call: Call, ask: Ask, id: string): MenuItem => {
  const isPinned = pinnedIn(call.room().tiles) === id;
  return {
    id: isPinned ? "unpin" : "pin",
    label: isPinned ? "Stop keeping large" : "Keep large",
    note: "In everybody’s picture",
    icon: "pin",
    act: () => ask(call.pin(isPinned ? null : id)),
  };
};

/** What moderators may do to somebody else. */
const moderationItems = (
  call: Call,
  ask: Ask,
  { id, muted, camera }: ParticipantInfo,
): MenuItem[] => [
  {
    id: "mute",
    label: muted ? "Muted" : "Mute",
    icon: "mic-off",
    disabled: muted,
    act: () => ask(call.moderate(id, { muted: true })),
  },
  {
    id: "camera-off",
    label: camera ? "Turn camera off" : "Camera is off",
    icon: "camera-off",
    disabled: !camera,
    act: () => ask(call.moderate(id, { cameraOff: true })),
  },
  {
    id: "remove",
    label: "Remove from the call",
    icon: "remove",
    confirm: "Really remove?",
    act: () => ask(call.remove(id)),
  },
];

/** What can be done with somebody's tile; undefined when that person is gone. */
export const tileMenu = (
  call: Call,
  tile: TilePlace,
  ask: Ask,
): MenuContent | undefined => {
  const { participants, self, role } = call.room();
  const person = participants.find(({ id }) => id === tile.participant);
  if (person === undefined) return undefined;
  const isSelf = person.id === self;
  const moderates = role === "moderator";
  const items = [
    ...viewItems(call, ask, person),
    ...(moderates ? [pinItem(call, ask, person.id)] : []),
    ...(moderates && !isSelf ? moderationItems(call, ask, person) : []),
  ];
  return { title: tileName(tile, person.name, isSelf), items };
};
