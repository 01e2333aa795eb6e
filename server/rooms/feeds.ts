/**
 * Participants that are fed from files and addresses: their desired state, replayed to a new mixer. Each sits on a seat of
 * the kind `feed` and goes with it. Kept here only as the mixer has taken it.
 */
import type {
  Events,
  ParticipantId,
  PlaybackState,
  PlaybackStatus,
} from "../../mixer/contract.js";
import { ConferenceError } from "../errors.js";
import type { Request } from "../mixers/link.js";
import { seatOf, type RoomContext } from "./context.js";
import { join, leave, update } from "./people.js";
import {
  frozen,
  positionOf,
  shownStatus,
  type FeedChange,
  type FeedInfo,
  type FeedRequest,
  type FeedState,
} from "./playback.js";
import type { MediaState, SeatState } from "./seats.js";

const MEDIA: Record<PlaybackState, MediaState> = {
  connecting: "connecting",
  playing: "connected",
  paused: "connected",
  ended: "closed",
  failed: "lost",
};

const feedOf = (
  room: RoomContext,
  id: ParticipantId,
): { seat: SeatState; feed: FeedState } => {
  const feed = room.feeds.get(id);
  if (feed !== undefined) return { seat: seatOf(room, id), feed };
  throw new ConferenceError(
    "not-found",
    `There is no feed "${id}" in room "${room.name}"`,
  );
};

const isWaiting = ({ push }: FeedState): boolean => push?.live === false;

const describe = (
  room: RoomContext,
  { seat, feed }: ReturnType<typeof feedOf>,
): FeedInfo => ({
  id: seat.id,
  name: seat.name,
  ...feed.shown,
  ...(isWaiting(feed)
    ? { state: "waiting", position: 0 }
    : shownStatus(feed.told, feed.loop, room.now())),
  loop: feed.loop,
  volume: seat.gain,
});

/** Throws `not-found`. */
export const feedInfo = (room: RoomContext, id: ParticipantId): FeedInfo =>
  describe(room, feedOf(room, id));

export const feedInfos = (room: RoomContext): FeedInfo[] =>
  [...room.feeds.keys()].map((id) => feedInfo(room, id));

/** Of a push there is a picture while it plays: that of an encoder which has gone is not shown. */
const asFed = (feed: FeedState, status: PlaybackStatus): PlaybackStatus => {
  if (feed.push === undefined) return status;
  const isSeen = !isWaiting(feed) && status.state === "playing";
  return { ...status, video: isSeen ? status.video : feed.told.status.video };
};

const follow = (
  room: RoomContext,
  id: ParticipantId,
  told: PlaybackStatus,
): void => {
  const feed = room.feeds.get(id);
  const seat = room.seats.get(id);
  if (feed === undefined || seat === undefined) return;
  const status = asFed(feed, told);
  const { video } = feed.told.status;
  feed.told = { status, at: room.now() };
  seat.media.camera = isWaiting(feed) ? "connecting" : MEDIA[status.state];
  if (status.state === "failed")
    room.log.warn({ room: room.name, feed: id, ...status }, "feed failed");
  room.tellPlaying();
  if (status.state === "ended") void leave(room, id, "left");
  else if (status.video !== undefined && status.video !== video)
    void update(room, id, { camera: status.video });
};

export const onFeed = (
  room: RoomContext,
  { participant, status }: Events["feed"],
): void => follow(room, participant, status);

const paramsOf = (
  { name, now }: RoomContext,
  id: ParticipantId,
  feed: FeedState,
) => ({
  ...{ room: name, participant: id, source: feed.source, loop: feed.loop },
  playing: plays(feed),
  position: positionOf(feed.told, feed.loop, now()),
});

/** Also while nobody pushes: the mixer then has nothing to wait for. */
const plays = (feed: FeedState): boolean => feed.playing && !isWaiting(feed);

/** An encoder has come, or gone. */
const steer = (room: RoomContext, id: ParticipantId): void => {
  const feed = room.feeds.get(id);
  if (feed === undefined || room.closed) return;
  const state = plays(feed) ? "connecting" : "paused";
  feed.told = { status: { state, position: 0 }, at: room.now() };
  room.log.info({ room: room.name, feed: id, state }, "feed pushed");
  room.tellPlaying();
  if (isWaiting(feed))
    update(room, id, { camera: false }).catch(() => undefined);
  direct(room, id, feed);
};

/** Tells the mixer whether it plays. A mixer that is not there learns it with the rest. */
const direct = (
  room: RoomContext,
  id: ParticipantId,
  feed: FeedState,
): void => {
  const change = { playing: plays(feed) };
  const asked = { room: room.name, participant: id, change };
  room.host.request("feed.set", asked).then(
    (status) => follow(room, id, status),
    (error: unknown) =>
      room.log.debug({ err: error, room: room.name, feed: id }, "not steered"),
  );
};

/**
 * Throws as a join does, `not-found` for a file that is not there, `bad-request` for one that cannot be played; then
 * nobody has come.
 */
export const openFeed = async (
  room: RoomContext,
  request: FeedRequest,
): Promise<FeedInfo> => {
  try {
    return await begin(room, request);
  } catch (error) {
    request.push?.close();
    throw error;
  }
};

const begin = async (
  room: RoomContext,
  { name, volume, playing, position, loop, ...asked }: FeedRequest,
): Promise<FeedInfo> => {
  const { participant: id } = join(room, {
    ...{ name, muted: false, camera: asked.push === undefined },
    ...{ role: "participant", kind: "feed" },
  });
  const status: PlaybackStatus = { state: "connecting", position };
  const feed: FeedState = {
    ...{ ...asked, playing, loop },
    told: { status, at: room.now() },
  };
  try {
    await update(room, id, { gain: volume });
    const begun = await room.host.request(
      "feed.open",
      paramsOf(room, id, feed),
    );
    seatOf(room, id);
    room.feeds.set(id, feed);
    asked.push?.watch(() => steer(room, id));
    follow(room, id, begun);
  } catch (error) {
    await leave(room, id, "left").catch(() => {});
    throw error;
  }
  return feedInfo(room, id);
};

/** Throws `not-found`, and `bad-request` for a place in what has none. */
export const changeFeed = async (
  room: RoomContext,
  id: ParticipantId,
  { volume, ...change }: FeedChange,
): Promise<FeedInfo> => {
  const { name, host } = room;
  const { feed } = feedOf(room, id);
  if (volume !== undefined) {
    await update(room, id, { gain: volume });
    room.tellPlaying();
  }
  if (Object.values(change).some((value) => value !== undefined)) {
    const asked = { room: name, participant: id };
    const { playing = feed.playing } = change;
    const wanted = { ...change, playing: plays({ ...feed, playing }) };
    const status = await host.request("feed.set", { ...asked, change: wanted });
    feed.playing = playing;
    feed.loop = change.loop ?? feed.loop;
    follow(room, id, status);
  }
  return feedInfo(room, id);
};

/** Throws `not-found`. */
export const closeFeed = (room: RoomContext, id: ParticipantId) =>
  leave(room, feedOf(room, id).seat.id, "removed");

export const loseFeeds = (room: RoomContext): void => {
  for (const feed of room.feeds.values())
    feed.told = frozen(feed.told, feed.loop, room.now());
  if (room.feeds.size > 0) room.tellPlaying();
};

/** Tells a new mixer to go on where the last one was. Nobody waits for it: a file takes a moment to begin. */
export const replayFeeds = (room: RoomContext, request: Request): void => {
  for (const [id, feed] of room.feeds)
    request("feed.open", paramsOf(room, id, feed)).then(
      (status) => {
        follow(room, id, status);
        // An encoder may have come or gone meanwhile.
        if (feed.push !== undefined) direct(room, id, feed);
      },
      (error: unknown) => {
        room.log.warn({ err: error, room: room.name, feed: id }, "feed lost");
        // If this mixer died too, the next one is told again.
        if (room.host.state() === "open")
          void leave(room, id, "left").catch(() => {});
      },
    );
};
