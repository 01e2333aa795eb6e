/** What HLS players may fetch now: the last half minute of each track, in memory alone. Pure but for those who wait. */
import type { LivePiece } from "../../../mixer/contract.js";

type Head = Extract<LivePiece, { kind: "head" }>;
type PartPiece = Extract<LivePiece, { kind: "part" }>;

export type Part = Omit<PartPiece, "kind" | "track">;

export type Segment = {
  readonly number: number;
  /** Which of the track's heads it needs. */
  readonly head: number;
  /** Nothing of what was before goes on in it. */
  readonly discontinuity: boolean;
  readonly parts: Part[];
  complete: boolean;
};

export type Track = {
  readonly name: string;
  /** Of the newest head. */
  facts: Pick<Head, "codec" | "bitrate" | "picture">;
  heads: Map<number, Uint8Array>;
  /** The oldest first; the last one may be growing. */
  segments: Segment[];
  /** How many discontinuities are no longer in the window. */
  discontinuities: number;
  nextSegment: number;
  nextHead: number;
};

export type Window = {
  readonly tracks: ReadonlyMap<string, Track>;
  readonly ended: boolean;
  take(piece: LivePiece): void;
  /** Resolves with the next change, or after `ms`. */
  changed(ms: number): Promise<void>;
  /** Nothing more comes; what is there stays as long as the window is kept. */
  end(): void;
};

/** Seconds. */
const KEPT = 30;

export const durationOf = ({ parts }: Segment): number =>
  parts.reduce((sum, { duration }) => sum + duration, 0);

export const bytesOf = ({ parts }: Segment): Buffer =>
  Buffer.concat(parts.map(({ data }) => data));

const trim = (track: Track): void => {
  let kept = 0;
  for (const segment of track.segments) kept += durationOf(segment);
  while (track.segments.length > 2) {
    const oldest = track.segments[0]!;
    kept -= durationOf(oldest);
    if (kept < KEPT) break;
    track.segments.shift();
    if (oldest.discontinuity) track.discontinuities++;
  }
  const needed = new Set(track.segments.map(({ head }) => head));
  needed.add(track.nextHead - 1);
  for (const head of track.heads.keys())
    if (!needed.has(head)) track.heads.delete(head);
};

/** All tracks begin anew together, so that their discontinuities have the same numbers. */
const takeHead = (track: Track, { data, ...facts }: Head): void => {
  track.facts = facts;
  track.heads.set(track.nextHead++, data);
  const last = track.segments.at(-1);
  if (last !== undefined) last.complete = true;
};

const takePart = (track: Track, { data, ...part }: PartPiece): void => {
  const { segments } = track;
  const last = segments.at(-1);
  const head = track.nextHead - 1;
  if (part.first || last === undefined || last.complete) {
    if (last !== undefined) last.complete = true;
    segments.push({
      number: track.nextSegment++,
      head,
      discontinuity: last !== undefined && last.head !== head,
      parts: [],
      complete: false,
    });
    trim(track);
  }
  segments.at(-1)?.parts.push({ ...part, data });
};

const newTrack = (name: string, facts: Track["facts"]): Track => ({
  name,
  facts,
  heads: new Map(),
  segments: [],
  discontinuities: 0,
  nextSegment: 0,
  nextHead: 0,
});

export const createWindow = (): Window => {
  const tracks = new Map<string, Track>();
  const waiting = new Set<() => void>();
  let ended = false;
  const wake = (): void => {
    for (const resolve of waiting) resolve();
    waiting.clear();
  };
  return {
    tracks,
    get ended() {
      return ended;
    },
    take: (piece) => {
      let track = tracks.get(piece.track);
      if (piece.kind === "head") {
        track ??= newTrack(piece.track, piece);
        tracks.set(piece.track, track);
        takeHead(track, piece);
      } else if (track !== undefined) takePart(track, piece);
      wake();
    },
    changed: (ms) =>
      new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          waiting.delete(done);
          resolve();
        };
        const timer = setTimeout(done, ms);
        waiting.add(done);
      }),
    end: () => {
      ended = true;
      for (const { segments } of tracks.values()) {
        const last = segments.at(-1);
        if (last !== undefined) last.complete = true;
      }
      wake();
    },
  };
};
