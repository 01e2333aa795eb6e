/** Who hears whom in a room: what was said of it, and what its mixer has been told. */
import { isDeepStrictEqual } from "node:util";
import type {
  MixRouting,
  MixRow,
  ParticipantId,
} from "../../mixer/contract.js";
import { ConferenceError } from "../errors.js";
import type { Request } from "../mixers/link.js";
import type { RoutingForms } from "../routing.js";
import type { ServerMessage } from "../signaling/messages.js";
import { assertOpen, seatOf, type RoomContext } from "./context.js";
import {
  hearingOf,
  namedIn,
  NO_FORMS,
  rowsOf,
  withListener,
  without,
  type Hearing,
  type Rows,
} from "./routing.js";
import type { SeatState } from "./seats.js";

export const createHearing = (forms = NO_FORMS): Hearing => ({
  forms,
  told: { listeners: new Map(), channels: new Map() },
});

type Changes = [name: string, row: MixRow | null][];

const changes = (
  before: ReadonlyMap<string, MixRow>,
  after: ReadonlyMap<string, MixRow>,
): Changes => {
  const isNews = ([name, row]: [string, MixRow]): boolean =>
    JSON.stringify(row) !== JSON.stringify(before.get(name));
  const gone = [...before.keys()].filter((name) => !after.has(name));
  return [
    ...[...after].filter(isNews),
    ...gone.map((name): Changes[number] => [name, null]),
  ];
};

const rowsNow = ({ hearing, seats }: RoomContext): Rows =>
  rowsOf(
    hearing.forms,
    seats.all().map(({ id }) => id),
  );

/** Tells the mixer what is no longer as it was told. Never rejects. */
export const tellRouting = async (room: RoomContext): Promise<void> => {
  const { hearing, host, name } = room;
  const { told } = hearing;
  const rows = rowsNow(room);
  const listeners = changes(told.listeners, rows.listeners);
  const channels = changes(told.channels, rows.channels);
  hearing.told = rows;
  if (listeners.length === 0 && channels.length === 0) return;
  const routing: MixRouting = {
    listeners: Object.fromEntries(listeners),
    channels: Object.fromEntries(channels),
  };
  await host.tell("room.routing", { room: name, ...routing });
};

/** All of it, for a mixer that knows nothing. */
export const replayRouting = (
  room: RoomContext,
  request: Request,
): Promise<unknown>[] => {
  const { listeners, channels } = rowsNow(room);
  room.hearing.told = { listeners, channels };
  if (listeners.size === 0 && channels.size === 0) return [];
  return [
    request("room.routing", {
      room: room.name,
      listeners: Object.fromEntries(listeners),
      channels: Object.fromEntries(channels),
    }),
  ];
};

const channelsFor = (
  { channels }: RoutingForms,
  id: ParticipantId,
): Extract<ServerMessage, { type: "channels" }> => ({
  type: "channels",
  channels: channels.map(({ name }) => name),
  chosen:
    channels.find(({ listeners }) => listeners.includes(id))?.name ?? null,
});

/** What of them concerns somebody: all that the socket is told. Those of the forms are for moderators alone. */
const messagesFor = (
  forms: RoutingForms,
  { id, role }: Pick<SeatState, "id" | "role">,
): ServerMessage[] => [
  channelsFor(forms, id),
  { type: "hearing", ...hearingOf(forms, id) },
  ...(role === "moderator"
    ? [{ type: "routing", routing: forms } as const]
    : []),
];

/** Tells those whom it concerns what is no longer as it was. */
const tellChanged = (
  seats: readonly SeatState[],
  former: RoutingForms,
  forms: RoutingForms,
): void => {
  for (const seat of seats) {
    const before = messagesFor(former, seat);
    messagesFor(forms, seat).forEach((message, at) => {
      if (!isDeepStrictEqual(message, before[at])) seat.listener?.(message);
    });
  }
};

/** All that is not as in a room where everybody hears everybody, to somebody who has just come. */
export const greetWithHearing = (
  { hearing }: RoomContext,
  seat: SeatState,
): void => tellChanged([seat], NO_FORMS, hearing.forms);

const change = async (
  room: RoomContext,
  forms: RoutingForms,
): Promise<void> => {
  const former = room.hearing.forms;
  room.hearing.forms = forms;
  room.remember();
  tellChanged(room.seats.all(), former, forms);
  await tellRouting(room);
};

/** All or nothing. Throws `no-such-participant` for somebody who is not there, nor about to come back. */
export const setRouting = async (
  room: RoomContext,
  forms: RoutingForms,
): Promise<void> => {
  assertOpen(room);
  const people = [...room.returning.people.values()];
  const coming = new Set(people.map(({ id }) => id));
  for (const id of namedIn(forms)) if (!coming.has(id)) seatOf(room, id);
  await change(room, forms);
};

/** Throws `not-found` for a channel that there is not. */
export const assertChannel = (
  { hearing, name }: RoomContext,
  channel: string,
): void => {
  if (hearing.forms.channels.some((one) => one.name === channel)) return;
  throw new ConferenceError(
    "not-found",
    `There is no channel "${channel}" in room "${name}"`,
  );
};

/** Which interpreter one hears; null is the original. Throws `not-found`. */
export const chooseChannel = async (
  room: RoomContext,
  participant: ParticipantId,
  channel: string | null,
): Promise<void> => {
  const { id } = seatOf(room, participant);
  if (channel !== null) assertChannel(room, channel);
  await change(
    room,
    withListener(room.hearing.forms, id, channel ?? undefined),
  );
};

/** Somebody has left. Never rejects. */
export const forgetRouting = async (
  room: RoomContext,
  gone: ParticipantId,
): Promise<void> => {
  const { forms } = room.hearing;
  if (namedIn(forms).has(gone)) await change(room, without(forms, gone));
  else await tellRouting(room);
};
