/** Live outputs: the part of the contract about an audience that is in no room. Plain data, as all of it. */
import type { RenditionName, ViewName } from "./contract-picture.js";

export type LiveId = string;

/**
 * Where a live output goes. Pictures are the shared encodes of the view, copied.
 *
 * - `hls`: the mixer makes fragmented MP4 of each rendition (`audio` is the sound alone), the server fetches it with
 *   `live.take` and serves it. `lowLatency`: key frames are rarer, since players need not wait for whole segments.
 * - `push`: to an RTMP(S) or SRT server. The address holds the stream key; it is a secret.
 */
export type LiveOutput =
  | { type: "hls"; renditions: RenditionName[]; lowLatency: boolean }
  | { type: "push"; url: string; rendition: RenditionName };

/** Counted since the output began at this mixer. */
export type LiveCounters = {
  /** What left for the other side, or for the server. */
  bytes: number;
  /** Pictures and pieces of sound that were given up because the other side did not keep up. */
  dropped: number;
  reconnects: number;
};

export type LiveStatus = {
  live: LiveId;
  /** `retrying`: the other side is gone, and will be tried again. `failed` is for good. */
  state: "connecting" | "live" | "retrying" | "failed";
  /** A sentence for people, without secrets. */
  reason?: string;
  counters: LiveCounters;
};

/** One piece of a track of an HLS output. Pieces of a track come in order. */
export type LivePiece = {
  /** The rendition, by the name of its rung; `audio` for the sound, which all renditions share. */
  track: string;
  data: Uint8Array;
} & (
  | {
      /** The head of what follows; of all but the first, time and numbers go on from nothing. */
      kind: "head";
      /** As in RFC 6381, e.g. `avc1.42c01f`. */
      codec: string;
      /** Bits a second, on average. */
      bitrate: number;
      /** Absent for sound. */
      picture?: { width: number; height: number; fps: number };
    }
  | {
      kind: "part";
      /** It begins a segment, and with a key frame. */
      first: boolean;
      /** A player can begin with it. */
      independent: boolean;
      /** Seconds. */
      duration: number;
      /** Wall time of its beginning, ms since 1970. */
      at: number;
    }
);

type OfLive = { room: string; live: LiveId };

export type LiveRequests = {
  /** Starts, or after a mixer's death goes on with, the live output of this id. */
  "live.start": {
    params: OfLive & { view: ViewName; output: LiveOutput };
    result: null;
  };
  "live.stop": { params: OfLive; result: null };
  /** The pieces of an HLS output since the last time; waits for the next one, at most 5 s. What nobody takes is given up. */
  "live.take": { params: OfLive; result: { pieces: LivePiece[] } };
};

export type LiveEvents = {
  /** Whenever its state changes, and every 5 s for its counters. */
  live: { room: string } & LiveStatus;
};
