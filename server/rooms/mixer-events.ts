/** What a room does when its mixer tells something, dies, or is there again. */
import type { Events, SourceKind } from "../../mixer/contract.js";
import type { RoomEvent } from "../mixers/child.js";
import type { Request } from "../mixers/link.js";
import type { PeerName } from "../signaling/messages.js";
import type { RoomContext } from "./context.js";
import { soundOf } from "./configure.js";
import { replayRouting } from "./hearing.js";
import { replayRtp } from "./rtp-replay.js";
import { loseFeeds, onFeed, replayFeeds } from "./feeds.js";
import { checkMusic } from "./notices.js";
import { setOverload } from "./overload.js";
import { leave, leaveLater, mediaOf } from "./people.js";
import { stopTimer, type SeatState } from "./seats.js";
import { loseSounds, onSound, replaySounds } from "./sounds.js";
import { onLevels, setTalkers, wantsLevels } from "./talking.js";
import { MAIN } from "./views.js";
import { onCallerHeard } from "./voicemail.js";
import { onLayout, onQuality } from "./watching.js";

type Handlers = {
  [Name in RoomEvent["name"]]: (room: RoomContext, data: Events[Name]) => void;
};

/** Tells the client to offer anew; one without a socket is told when it comes back. */
const restart = (seat: SeatState, peers: PeerName[], reason: string): void => {
  if (seat.listener === undefined)
    for (const peer of peers) seat.broken.set(peer, reason);
  else seat.listener({ type: "restart", peers, reason });
};

/** There is no channel to a WHIP sender: what its media says is all that is known. */
const onWhip = (
  room: RoomContext,
  seat: SeatState,
  state: Events["ingest"]["state"],
): void => {
  if (state === "connected") stopTimer(seat);
  if (state === "lost") leaveLater(room, seat, room.timings.mediaMs);
  if (state === "closed") void leave(room, seat.id, "left");
};

/** Nor to plain equipment: its silence and its BYE say that it has gone. */
const onRtp = (
  room: RoomContext,
  { id }: SeatState,
  state: Events["ingest"]["state"],
): void => {
  if (state === "lost") void leave(room, id, "unresponsive");
  if (state === "closed") void leave(room, id, "left");
};

const PEERS: Record<SourceKind, PeerName> = {
  camera: "publish",
  share: "share",
};

const onIngest = (
  room: RoomContext,
  { participant, source, state }: Events["ingest"],
): void => {
  const seat = room.seats.get(participant);
  if (seat === undefined) return;
  // What a share's connection says at its end is no news: it was ended by us.
  if (source === "share" && !seat.sharing) return;
  seat.media[source] = state;
  if (state === "connected") onCallerHeard(room, seat);
  if (seat.kind === "whip") onWhip(room, seat, state);
  else if (seat.kind === "rtp") onRtp(room, seat, state);
  else if (state === "lost") restart(seat, [PEERS[source]], "connection lost");
};

const onSubscription = (
  room: RoomContext,
  { subscription: id, state }: Events["subscription"],
): void => {
  const subscription = room.subscriptions.get(id);
  if (subscription === undefined || state !== "closed") return;
  room.subscriptions.delete(id);
  room.idle.check();
  const { socket, participant = "" } = subscription;
  const seat = room.seats.get(participant);
  if (socket && seat !== undefined)
    restart(seat, ["subscribe"], "connection lost");
};

const onUplink = (
  room: RoomContext,
  { participant, hints }: Events["uplink"],
): void => {
  const seat = room.seats.get(participant);
  if (seat === undefined) return;
  seat.hints = hints;
  seat.listener?.({ type: "uplink", hints });
};

const handlers: Handlers = {
  talking: (room, { talkers }) => setTalkers(room, talkers),
  levels: onLevels,
  ingest: onIngest,
  subscription: onSubscription,
  recording: (room, status) => room.recordings.onStatus(status),
  live: (room, status) => room.lives.onStatus(status),
  feed: onFeed,
  sound: onSound,
  layout: (room, { layout }) => onLayout(room, layout),
  quality: onQuality,
  uplink: onUplink,
  overload: (room, { level }) => setOverload(room, level),
};

export const onMixerEvent = (room: RoomContext, event: RoomEvent): void => {
  const handler = handlers[event.name] as (
    room: RoomContext,
    data: RoomEvent["data"],
  ) => void;
  handler(room, event.data);
};

const SOURCES = ["camera", "share"] as const;

const loseMedia = (seat: SeatState): void => {
  seat.hints = undefined;
  for (const source of SOURCES)
    if (seat.media[source] !== "none") seat.media[source] = "restarting";
};

/** All media is gone. WHIP senders and viewers cannot be told, so they go with it. */
export const onMixerLost = (room: RoomContext): void => {
  const { seats, subscriptions, log, name } = room;
  log.warn({ room: name }, "the room's mixer died");
  for (const { id, answered, socket, participant } of [
    ...subscriptions.values(),
  ]) {
    if (!answered) continue;
    subscriptions.delete(id);
    if (socket) seats.get(participant ?? "")?.broken.set("subscribe", DIED);
  }
  for (const seat of seats.all())
    if (seat.kind === "whip") void leave(room, seat.id, "unresponsive");
    else loseMedia(seat);
  room.tiles.clear();
  loseFeeds(room);
  loseSounds(room);
  room.notices.music = false;
  setOverload(room, 0);
  if (seats.all().some(({ talking }) => talking)) setTalkers(room, []);
  room.idle.check();
};

const DIED = "the mixer was restarted";

/** Everybody who has not offered anew by themselves is asked to. */
export const onMixerRestored = (room: RoomContext): void => {
  room.log.info({ room: room.name }, "room reopened");
  for (const seat of room.seats.all()) {
    const peers: PeerName[] = [];
    for (const source of SOURCES)
      if (seat.media[source] === "restarting") peers.push(PEERS[source]);
    if (seat.broken.delete("subscribe")) peers.push("subscribe");
    if (peers.length > 0) restart(seat, peers, DIED);
  }
  room.recordings.onRestored();
  checkMusic(room);
};

/** All that a mixer must know of this room once it is open, sent in order. */
export const replay = (
  room: RoomContext,
  request: Request,
): Promise<unknown>[] => [
  ...replayState(room, request),
  // After the participants that they are of.
  ...replayPlayed(room, request),
];

/** Nobody waits for these: a file takes a moment to begin. */
const replayPlayed = (room: RoomContext, request: Request): [] => {
  replayFeeds(room, request);
  replaySounds(room, request);
  return [];
};

const replayState = (
  room: RoomContext,
  request: Request,
): Promise<unknown>[] => {
  const { name, seats, views, recordings, lives, log } = room;
  const told = (promise: Promise<unknown>) =>
    promise.catch((error: unknown) =>
      log.warn({ err: error, room: name }, "mixer refused the room's state"),
    );
  return [
    // It may have changed while the room was being opened with it.
    told(request("room.sound", { room: name, ...soundOf(room) })),
    ...seats.all().map((seat) =>
      told(
        request("participant.add", {
          room: name,
          participant: mediaOf(room, seat),
        }),
      ),
    ),
    ...replayRouting(room, request).map(told),
    ...replayRtp(room, request),
    ...(wantsLevels(room)
      ? [told(request("room.levels", { room: name, on: true }))]
      : []),
    // The main one was opened with the room.
    ...[...views.all]
      .filter(([view]) => view !== MAIN)
      .map(([view, settings]) =>
        told(request("view.set", { room: name, view, settings })),
      ),
    ...recordings.resume(request),
    ...lives.resume(request),
  ];
};
