import { z } from "zod";
import type { RoomId } from "../../mixer/contract.js";
import { ConferenceError } from "../errors.js";
import type {
  Directory,
  ParticipantDetail,
  Room,
  RoomOptions,
} from "../rooms/types.js";
import { soundsOf } from "../rooms/notices.js";
import { jsonBody } from "./body.js";
import { route, type Route, type RouteDeps } from "./route.js";
import {
  balanceChange,
  balancesResult,
  muteAll,
  participantChange,
  participantResult,
  roomChange,
  roomResult,
} from "./schemas.js";

/** Throws `no-such-room`. */
export const findRoom = (directory: Directory, name: RoomId): Room => {
  const room = directory.find(name);
  if (room !== undefined) return room;
  throw new ConferenceError("no-such-room", `There is no room "${name}"`);
};

/** Throws `no-such-participant`. */
export const findParticipant = (room: Room, id: string): ParticipantDetail => {
  const found = room.participants().find((one) => one.id === id);
  if (found !== undefined) return found;
  throw new ConferenceError(
    "no-such-participant",
    `There is no participant "${id}" in room "${room.name}"`,
  );
};

const describeRoom = (room: Room): z.output<typeof roomResult> => {
  const { pin, title, maxParticipants, video, layout } = room.options;
  const { record, muteOnEntry, agc, stereo, loudest, sounds } = room.options;
  const { voicemail = false } = room.options;
  return {
    room: room.name,
    title,
    pinRequired: pin !== undefined,
    maxParticipants,
    video,
    layout: typeof layout === "string" ? layout : "custom",
    views: room.views(),
    record,
    tracks: room.options.tracks ?? "none",
    recordingLimits: room.options.recordingLimits ?? {},
    voicemail,
    muteOnEntry,
    agc,
    stereo,
    loudest,
    sounds: soundsOf(sounds),
    participants: room.participants().length,
    recording: room.recordings().some(({ state }) => state === "recording"),
    overload: room.overload,
    createdAt: room.createdAt.toISOString(),
  };
};

/** Only what was said, so that nothing else is overwritten; a PIN of null is one that is taken away. */
const optionsOf = ({
  pin,
  ...rest
}: z.output<typeof roomChange>): Partial<RoomOptions> => ({
  ...Object.fromEntries(
    Object.entries(rest).filter(([, value]) => value !== undefined),
  ),
  ...(pin === undefined ? {} : { pin: pin ?? undefined }),
});

const readable = ({ directory, access }: RouteDeps): Route[] => [
  route({
    method: "get",
    path: "/v1/rooms",
    summary: "The rooms that there are",
    tag: "rooms",
    permission: "moderator",
    replies: {
      200: { description: "Rooms", schema: z.array(roomResult) },
    },
    handle: ({ grant }) => ({
      json: directory
        .list()
        .filter(({ name }) => access.mayManage(grant, name))
        .map(describeRoom),
    }),
  }),
  route({
    method: "get",
    path: "/v1/rooms/{room}",
    summary: "One room",
    tag: "rooms",
    permission: "room",
    replies: { 200: { description: "The room", schema: roomResult } },
    handle: ({ params }) => ({
      json: describeRoom(findRoom(directory, params.room)),
    }),
  }),
];

const changeable = ({ directory }: RouteDeps): Route[] => [
  route({
    method: "put",
    path: "/v1/rooms/{room}",
    summary: "Create a room that stays, or change one",
    tag: "rooms",
    permission: "room",
    body: jsonBody(roomChange),
    replies: {
      200: { description: "Changed", schema: roomResult },
      201: { description: "Created", schema: roomResult },
    },
    handle: async ({ params, body }) => {
      const options = optionsOf(body);
      const known = directory.find(params.room);
      await known?.configure(options);
      const room = known ?? (await directory.open(params.room, options));
      return {
        status: known === undefined ? 201 : 200,
        json: describeRoom(room),
      };
    },
  }),
  route({
    method: "delete",
    path: "/v1/rooms/{room}",
    summary: "Close a room: everybody is told, recordings are finished",
    tag: "rooms",
    permission: "room",
    replies: { 204: { description: "Closed" } },
    handle: async ({ params }) => {
      await findRoom(directory, params.room).close("room-closed");
      return { status: 204 };
    },
  }),
];

const participants = ({ directory }: RouteDeps): Route[] => [
  route({
    method: "get",
    path: "/v1/rooms/{room}/participants",
    summary: "Who is in the room",
    tag: "rooms",
    permission: "room",
    replies: {
      200: { description: "Participants", schema: z.array(participantResult) },
    },
    handle: ({ params }) => ({
      json: findRoom(directory, params.room).participants(),
    }),
  }),
  route({
    method: "patch",
    path: "/v1/rooms/{room}/participants/{id}",
    summary: "Mute, rename, make louder, make a moderator",
    tag: "rooms",
    permission: "room",
    body: jsonBody(participantChange),
    replies: {
      200: { description: "As it is now", schema: participantResult },
    },
    handle: async ({ params, body }) => {
      const room = findRoom(directory, params.room);
      await room.update(findParticipant(room, params.id).id, body);
      return { json: findParticipant(room, params.id) };
    },
  }),
  route({
    method: "delete",
    path: "/v1/rooms/{room}/participants/{id}",
    summary: "Remove somebody",
    tag: "rooms",
    permission: "room",
    replies: { 204: { description: "Removed" } },
    handle: async ({ params }) => {
      const room = findRoom(directory, params.room);
      await room.leave(findParticipant(room, params.id).id, "removed");
      return { status: 204 };
    },
  }),
];

const moderation = ({ directory }: RouteDeps): Route[] => [
  route({
    method: "post",
    path: "/v1/rooms/{room}/mute",
    summary: "Mute or unmute everybody, but for some",
    tag: "rooms",
    permission: "room",
    body: jsonBody(muteAll),
    replies: {
      200: {
        description: "Everybody as they are now",
        schema: z.array(participantResult),
      },
    },
    handle: async ({ params, body }) => {
      const room = findRoom(directory, params.room);
      await room.muteAll(body.muted, body.except);
      return { json: room.participants() };
    },
  }),
];

const BALANCES = "/v1/rooms/{room}/participants/{id}/balances";

/** For those who cannot ask by themselves: telephones, WHIP. */
const balances = ({ directory }: RouteDeps): Route[] => [
  route({
    method: "get",
    path: BALANCES,
    summary: "At which gain somebody alone hears others",
    tag: "rooms",
    permission: "room",
    replies: { 200: { description: "By participant", schema: balancesResult } },
    handle: ({ params }) => ({
      json: findRoom(directory, params.room).balances(params.id),
    }),
  }),
  route({
    method: "put",
    path: `${BALANCES}/{speaker}`,
    summary: "Let somebody alone hear another louder, more quietly or not",
    tag: "rooms",
    permission: "room",
    body: jsonBody(balanceChange),
    replies: { 200: { description: "By participant", schema: balancesResult } },
    handle: async ({ params: { id, speaker, ...params }, body }) => {
      const room = findRoom(directory, params.room);
      await room.setBalance(id, speaker, body.gain);
      return { json: room.balances(id) };
    },
  }),
];

export const roomRoutes = (deps: RouteDeps): Route[] => [
  ...balances(deps),
  ...readable(deps),
  ...changeable(deps),
  ...participants(deps),
  ...moderation(deps),
];
