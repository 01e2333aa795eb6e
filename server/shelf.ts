/** What there is to be played into rooms, and how what clients ask for is found there. */
import type { IncomingHttpHeaders } from "node:http";
import type { PlayableInfo } from "./infos.js";
import { ConferenceError } from "./errors.js";
import type { FeedStart, SoundStart } from "./played.js";
import type { Keeping } from "./recordings/keeping.js";
import type { Library } from "./recordings/library.js";
import { listMedia } from "./recordings/media-folder.js";
import type { Uploads } from "./recordings/uploads.js";
import type { Pushes } from "./rtmp/pushes.js";
import {
  showFeedHost,
  shownUrl,
  whyNot,
  type FeedHost,
} from "./rooms/feed-hosts.js";
import type {
  AskedSource,
  FeedRequest,
  SoundRequest,
} from "./rooms/playback.js";

export type Shelf = {
  /** From where feeds may come. */
  readonly feedHosts: readonly FeedHost[];
  readonly uploads: Uploads;
  /** The folder of files, if there is one. */
  readonly folder?: string;
  readonly library: Library;
  readonly keeping: Pick<Keeping, "fetch">;
  /** Where encoders push to. */
  readonly pushes: Pick<Pushes, "open" | "offered">;
};

/** Who asks. */
export type Asker = {
  /** Whether recordings of a room are theirs. */
  mayUse: (room: string) => boolean;
  /** Of the request: how they have reached this server. */
  headers: IncomingHttpHeaders;
};

type Asked = Pick<FeedRequest, "source" | "shown" | "push">;

/** As many as one looks through. */
const MOST_RECORDINGS = 50;

/** Throws `forbidden`. */
const fromUrl = (url: string, hosts: readonly FeedHost[]): AskedSource => {
  const why = whyNot(url, hosts);
  if (why !== undefined) throw new ConferenceError("forbidden", `url: ${why}`);
  return { source: { kind: "url", url }, shown: { url: shownUrl(url) } };
};

/** Throws as the library does, `overloaded` for one that cannot be fetched, and `forbidden` for one of a room that is not the caller's. */
const fromRecording = async (
  { library, keeping }: Shelf,
  id: string,
  mayUse: (room: string) => boolean,
): Promise<AskedSource> => {
  const { room } = await library.get(id);
  if (!mayUse(room))
    throw new ConferenceError("forbidden", "It was recorded in another room");
  await keeping.fetch(id);
  const { name } = await library.file(id);
  return { source: { kind: "recording", name }, shown: { recording: id } };
};

const fromPush = async (
  { pushes }: Shelf,
  headers: IncomingHttpHeaders,
): Promise<Asked> => {
  const push = await pushes.open(headers);
  const { url, key, socket } = push;
  return {
    source: { kind: "push", socket },
    shown: { push: "rtmp", url, key },
    push,
  };
};

const fromFile = (name: string): AskedSource => ({
  source: { kind: "media", name },
  shown: { file: name },
});

const nameOf = ({ name, url, file, recording, push }: FeedStart): string => {
  const long =
    name ??
    (url === undefined ? (file ?? recording ?? push ?? "") : new URL(url).host);
  return (long.split("/").at(-1) || "Feed").slice(0, 64);
};

const sourceOf = async (
  shelf: Shelf,
  { url, file = "", recording, push }: FeedStart,
  { mayUse, headers }: Asker,
): Promise<Asked> => {
  if (push !== undefined) return fromPush(shelf, headers);
  if (url !== undefined) return fromUrl(url, shelf.feedHosts);
  if (recording !== undefined) return fromRecording(shelf, recording, mayUse);
  return fromFile(file);
};

/** Throws `forbidden`, and as the library does. Whoever gets a push in it closes that. */
export const feedRequest = async (
  shelf: Shelf,
  asked: FeedStart,
  asker: Asker,
): Promise<FeedRequest> => {
  const { loop, volume, paused, position } = asked;
  const how = { loop, volume, position, playing: !paused };
  const source = await sourceOf(shelf, asked, asker);
  return { ...source, ...how, name: nameOf(asked) };
};

/** Throws `not-found` for an upload that is not there. */
export const soundRequest = async (
  { uploads }: Shelf,
  { file = "", upload, paused, ...how }: SoundStart,
): Promise<SoundRequest> => {
  if (upload === undefined)
    return { ...fromFile(file), ...how, playing: !paused };
  const { id: name } = await uploads.get(upload);
  const source = { kind: "upload", name } as const;
  return { source, shown: { upload }, ...how, playing: !paused };
};

/** What whoever moderates this room may play. */
export const playableIn = async (
  { feedHosts, uploads, folder, library, pushes }: Shelf,
  room: string,
): Promise<Omit<PlayableInfo, "pushes">> => {
  const [files, uploaded, recorded] = await Promise.all([
    folder === undefined ? [] : listMedia(folder),
    uploads.list(),
    library.list(),
  ]);
  return {
    files,
    uploads: uploaded.map(({ id, name, duration }) => ({ id, name, duration })),
    recordings: recorded
      .filter((one) => one.room === room && one.state === "stopped")
      .slice(0, MOST_RECORDINGS)
      .map(({ id, startedAt, duration }) => ({ id, startedAt, duration })),
    feedHosts: feedHosts.map(showFeedHost),
    encoders: pushes.offered,
  };
};
