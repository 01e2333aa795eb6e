/** Who hears whom, as moderators change it: one person at a time. Pure. */
import type { Routing } from "../sdk/index.js";

/** Where somebody is: in the room with everybody, or apart. */
export type Apart =
  | { in: "room" }
  | { in: "green-room" }
  | { in: "group"; name: string }
  /** By its place among the sidebars. */
  | { in: "sidebar"; index: number };

export const EVERYBODY: Routing = {
  groups: [],
  sidebars: [],
  channels: [],
  coaches: [],
  greenRoom: [],
};

/** How much of the rest is left under a whisper, and of the original under an interpreter: as the server has it. */
const UNDER_WHISPER = 0.25;
const UNDER_INTERPRETER = 0.2;

export const apartOf = (routing: Routing, id: string): Apart => {
  const has = ({ members }: { members: string[] }): boolean =>
    members.includes(id);
  const index = routing.sidebars.findIndex(has);
  if (index >= 0) return { in: "sidebar", index };
  const group = routing.groups.find(has);
  if (group !== undefined) return { in: "group", name: group.name };
  return { in: routing.greenRoom.includes(id) ? "green-room" : "room" };
};

const without = (members: readonly string[], id: string): string[] =>
  members.filter((member) => member !== id);

/** Takes somebody out of all that keeps people apart; what is empty then is gone. */
const backInRoom = (routing: Routing, id: string): Routing => ({
  ...routing,
  groups: routing.groups
    .map((group) => ({ ...group, members: without(group.members, id) }))
    .filter(({ members }) => members.length > 0),
  sidebars: routing.sidebars
    .map((sidebar) => ({ ...sidebar, members: without(sidebar.members, id) }))
    .filter(({ members }) => members.length > 0),
  greenRoom: without(routing.greenRoom, id),
});

const inGroup = (routing: Routing, id: string, name: string): Routing => ({
  ...routing,
  groups: routing.groups.some((group) => group.name === name)
    ? routing.groups.map((group) =>
        group.name === name
          ? { ...group, members: [...group.members, id] }
          : group,
      )
    : [...routing.groups, { name, members: [id] }],
});

/** `others`: somebody of the sidebar that is meant; without one it is a new one. */
const inSidebar = (routing: Routing, id: string, other?: string): Routing => {
  const isMeant = ({ members }: { members: string[] }): boolean =>
    other !== undefined && members.includes(other);
  return {
    ...routing,
    sidebars: routing.sidebars.some(isMeant)
      ? routing.sidebars.map((sidebar) =>
          isMeant(sidebar)
            ? { ...sidebar, members: [...sidebar.members, id] }
            : sidebar,
        )
      : [...routing.sidebars, { members: [id], room: UNDER_WHISPER }],
  };
};

export const withApart = (
  routing: Routing,
  id: string,
  apart: Apart,
): Routing => {
  const free = backInRoom(routing, id);
  switch (apart.in) {
    case "room":
      return free;
    case "green-room":
      return { ...free, greenRoom: [...free.greenRoom, id] };
    case "group":
      return inGroup(free, id, apart.name);
    case "sidebar": {
      // Taking somebody out may have moved the others.
      const members = routing.sidebars[apart.index]?.members ?? [];
      return inSidebar(free, id, without(members, id)[0]);
    }
  }
};

/** The two whisper; whoever of them whispers with others already takes the other one along. */
export const whispering = (
  routing: Routing,
  one: string,
  other: string,
): Routing => {
  const free = backInRoom(routing, other);
  return apartOf(free, one).in === "sidebar"
    ? inSidebar(free, other, one)
    : inSidebar(inSidebar(backInRoom(free, one), one), other, one);
};

/** Whoever whispers alone talks to nobody: then everybody is back. */
export const notWhispering = (routing: Routing, id: string): Routing => {
  const others =
    routing.sidebars.find(({ members }) => members.includes(id))?.members ?? [];
  const free = backInRoom(routing, id);
  return others.length > 2
    ? free
    : others.reduce((left, other) => backInRoom(left, other), free);
};

export const withCoach = (
  routing: Routing,
  coach: string,
  heardBy: string,
  on: boolean,
): Routing => ({
  ...routing,
  coaches: [
    ...routing.coaches.filter(
      (one) => one.coach !== coach || one.heardBy !== heardBy,
    ),
    ...(on ? [{ coach, heardBy }] : []),
  ],
});

/** What can stand in a channel's name: "Français" is `francais`; empty when nothing of it can. */
export const channelName = (typed: string): string =>
  typed
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^A-Za-z0-9_-]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 64);

/** One interpreter a channel, and one channel an interpreter: the newest counts. */
export const withChannel = (
  routing: Routing,
  name: string,
  interpreter: string,
): Routing => ({
  ...routing,
  channels: [
    ...routing.channels.filter(
      (one) => one.name !== name && one.interpreter !== interpreter,
    ),
    { name, interpreter, original: UNDER_INTERPRETER, listeners: [] },
  ],
});

export const withoutChannel = (routing: Routing, name: string): Routing => ({
  ...routing,
  channels: routing.channels.filter((one) => one.name !== name),
});
