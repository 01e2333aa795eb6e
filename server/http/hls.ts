/**
 * What players of HLS fetch. Who may watch a room learns the id of its output (`now.json`, as WHEP asks); nobody guesses
 * it, and who knows it may fetch: players send no tokens with their segments, and caches in between ask for none.
 */
import { z } from "zod";
import { ConferenceError } from "../errors.js";
import { bearer } from "../rooms/access.js";
import { assertPin } from "../rooms/admission.js";
import type { PinRequest } from "../rooms/pin-guard.js";
import type { HlsView } from "../rooms/live.js";
import {
  masterPlaylist,
  mediaPlaylist,
  promisesFor,
} from "../rooms/live/playlist.js";
import { bytesOf, type Track } from "../rooms/live/window.js";
import type { Room } from "../rooms/types.js";
import { nowResult } from "./live-schemas.js";
import { route, type Reply, type Route, type RouteDeps } from "./route.js";

/** How long a request for what is about to come is kept waiting: RFC 8216bis, 6.2.5.2, says three targets. */
const PATIENCE_MS = 6_000;
/** A player that asks for what is further ahead is confused. */
const FURTHEST = 2;

const PLAYLIST = {
  "Content-Type": "application/vnd.apple.mpegurl",
  "Cache-Control": "no-cache",
};
/** What a name stands for never changes. */
const mediaHeaders = ({ facts }: Track) => ({
  "Content-Type": facts.picture === undefined ? "audio/mp4" : "video/mp4",
  "Cache-Control": "public, max-age=60, immutable",
});

type Of = { room: string; id: string };

const missing = (what: string): ConferenceError =>
  new ConferenceError("not-found", `There is no such ${what}`);

const find = ({ directory }: RouteDeps, { room, id }: Of): HlsView => {
  const view = directory.find(room)?.lives.hls(id);
  if (view === undefined) throw missing("live output");
  return view;
};

/** Waits until it is there, as long as it may still come. */
const waitFor = async (
  { window }: HlsView,
  isThere: () => boolean,
): Promise<boolean> => {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    if (isThere()) return true;
    const left = giveUpAt - performance.now();
    if (window.ended || left <= 0) return false;
    await window.changed(left);
  }
};

/** Whether every rendition has something to play. */
const isReady = ({ window, output }: HlsView): boolean => {
  const tracks = [...window.tracks.values()];
  const hasSound = tracks.some(({ facts }) => facts.picture === undefined);
  const wantsPicture = output.renditions.some((name) => name !== "audio");
  return (
    hasSound &&
    tracks.length > (wantsPicture ? 1 : 0) &&
    tracks.every(({ segments }) => segments.length > 0)
  );
};

const notYet = (): ConferenceError =>
  new ConferenceError("not-found", "It has not begun");

const master = async (view: HlsView): Promise<Reply> => {
  if (!(await waitFor(view, () => isReady(view)))) throw notYet();
  const alone = view.output.renditions.includes("audio");
  const body = masterPlaylist(view.window.tracks, alone);
  return { headers: PLAYLIST, body };
};

/** Delivery directives: RFC 8216bis, 6.2.5. Players may send others that are not for us. */
const directives = z.object({
  _HLS_msn: z.coerce.number().int().min(0).optional(),
  _HLS_part: z.coerce.number().int().min(0).optional(),
});

const hasReached = (track: Track, msn: number, part?: number): boolean => {
  const last = track.segments.at(-1);
  if (last === undefined) return false;
  if (last.number > msn) return true;
  if (last.number < msn) return false;
  return last.complete || (part !== undefined && last.parts.length > part);
};

const playlist = async (
  view: HlsView,
  name: string,
  { _HLS_msn: msn, _HLS_part: part }: z.output<typeof directives>,
): Promise<Reply> => {
  if (name === "index") return master(view);
  if (!(await waitFor(view, () => isReady(view)))) throw notYet();
  const track = view.window.tracks.get(name);
  if (track === undefined) throw missing("rendition");
  if (msn !== undefined) {
    if (msn > track.nextSegment + FURTHEST)
      throw new ConferenceError("bad-request", "_HLS_msn: too far ahead");
    await waitFor(view, () => hasReached(track, msn, part));
  }
  const promises = promisesFor(view.output.lowLatency);
  const body = mediaPlaylist(track, view.window, promises);
  return { headers: PLAYLIST, body };
};

const head = (view: HlsView, name: string, number: string): Reply => {
  const track = view.window.tracks.get(name);
  const data = track?.heads.get(Number(number));
  if (track === undefined || data === undefined) throw missing("head");
  return { headers: mediaHeaders(track), body: Buffer.from(data) };
};

const asBuffer = ({ buffer, byteOffset, length }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, length);

/** `12` is a segment, `12-3` a part of it; one that was hinted at is waited for. */
const media = async (
  view: HlsView,
  name: string,
  wanted: string,
): Promise<Reply> => {
  const track = view.window.tracks.get(name);
  const [, segment, part] = /^(\d{1,9})(?:-(\d{1,4}))?$/.exec(wanted) ?? [];
  if (track === undefined || segment === undefined) throw missing("segment");
  const number = Number(segment);
  const index = part === undefined ? undefined : Number(part);
  if (number > track.nextSegment) throw missing("segment");
  await waitFor(view, () => hasReached(track, number, index));
  const found = track.segments.find((one) => one.number === number);
  const one = index === undefined ? undefined : found?.parts[index]?.data;
  if (one !== undefined)
    return { headers: mediaHeaders(track), body: asBuffer(one) };
  if (found?.complete !== true || index !== undefined) throw missing("segment");
  return { headers: mediaHeaders(track), body: bytesOf(found) };
};

type Said = Omit<PinRequest, "room"> & { token: string | undefined };

/** The room, if the caller may watch it: as WHEP has it, but that nobody's looking opens a room. */
const enter = async (
  { directory, access }: RouteDeps,
  name: string,
  { token, ...said }: Said,
): Promise<Room | undefined> => {
  await access.admit(name, token);
  return access.pins.enter({ room: name, ...said }, () => {
    const room = directory.find(name);
    assertPin(room?.options.pin, said.pin);
    return Promise.resolve(room);
  });
};

const liveNow = (room: Room | undefined): z.input<typeof nowResult> => {
  if (room === undefined) return { live: [] };
  const live = room.lives.all().flatMap(({ id, state, output }) =>
    output.type === "hls" && state !== "failed"
      ? [
          {
            id,
            state,
            url: `/live/${room.name}/${id}/index.m3u8`,
            lowLatency: output.lowLatency,
          },
        ]
      : [],
  );
  return { title: room.options.title, live: live.toReversed() };
};

const described = { tag: "live", permission: "none", method: "get" } as const;

export const hlsRoutes = (deps: RouteDeps): Route[] => [
  route({
    ...described,
    path: "/live/{room}/now.json",
    summary: "What of a room can be watched now; for its page of viewers",
    query: z.strictObject({ pin: z.string().max(64).optional() }),
    replies: { 200: { description: "HLS outputs", schema: nowResult } },
    handle: async ({ params, query: { pin }, headers, address }) => {
      const said = { token: bearer(headers.authorization), pin, address };
      return { json: liveNow(await enter(deps, params.room, said)) };
    },
  }),
  route({
    ...described,
    path: "/live/{room}/{id}/{playlist}.m3u8",
    summary: "A playlist of HLS: `index` has all renditions",
    query: directives,
    replies: {
      200: { description: "Playlist", type: "application/vnd.apple.mpegurl" },
    },
    handle: ({ params, query }) =>
      playlist(find(deps, params), params.playlist, query),
  }),
  route({
    ...described,
    path: "/live/{room}/{id}/{track}/head-{head}.mp4",
    summary: "What a player needs before the segments of a rendition",
    replies: { 200: { description: "The head", type: "video/mp4" } },
    handle: ({ params }) => head(find(deps, params), params.track, params.head),
  }),
  route({
    ...described,
    path: "/live/{room}/{id}/{track}/{media}.m4s",
    summary: "A segment, or a part of one",
    replies: { 200: { description: "The media", type: "video/mp4" } },
    handle: ({ params }) =>
      media(find(deps, params), params.track, params.media),
  }),
];
