/** What a mixer does for the requests about feeds and sounds. */
import {
  MixerError,
  type FeedRequests,
  type MediaSource,
  type RoomId,
} from "./contract.js";
import { openSource, type Folders } from "./feed/sources.js";
import { inspect } from "./ffmpeg.js";
import type { Room } from "./room/room.js";

export type FeedHandlers = {
  readonly [Name in keyof FeedRequests]: (
    params: FeedRequests[Name]["params"],
  ) => FeedRequests[Name]["result"] | Promise<FeedRequests[Name]["result"]>;
};

const inspectSource = async (
  source: MediaSource,
  folders: Folders,
): Promise<FeedRequests["media.inspect"]["result"]> => {
  const { kind } = source;
  if (kind === "url" || kind === "push" || kind === "tune")
    throw new MixerError("bad-request", "Only files can be looked into");
  const { url, options } = await openSource(source, folders);
  const facts = await inspect(url, options).catch(() => undefined);
  if (facts?.audio || facts?.video) return facts;
  throw new MixerError(
    "bad-request",
    "There is neither sound nor picture in it",
  );
};

export const feedHandlers = (
  find: (name: RoomId) => Room,
  folders: Folders,
): FeedHandlers => ({
  "feed.open": (params) => find(params.room).openFeed(params),
  "feed.set": (params) => find(params.room).played.feeds.set(params),
  "sound.play": (params) => find(params.room).played.sounds.play(params),
  "sound.set": (params) => find(params.room).played.sounds.set(params),
  "sound.stop": async ({ room, sound }) => {
    await find(room).played.sounds.stop(sound);
    return null;
  },
  "media.inspect": ({ source }) => inspectSource(source, folders),
});
