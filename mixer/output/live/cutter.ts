/** From samples to the parts and segments that HLS players fetch. Pure: times are those of the samples. */
import type { Micros } from "../../media.js";
import { fmp4Fragment, type Sample } from "./fmp4.js";

/** Seconds are for players, microseconds for us: all of these are microseconds. */
export type Cutting = {
  /** Players are promised that no part is longer. */
  part: Micros;
  /** After so long a segment should end. */
  segment: Micros;
  /** And not before, unless everything begins anew. */
  least: Micros;
};

/**
 * Parts of half a second: players stay three of them behind, and one takes 4 to 15 pictures. A segment that should end
 * waits for a key frame; since somebody else may have had one just before it (there is at most one a second), that takes
 * until 1 s after `least`. So no segment is longer than the playlist promises: 2.5 s, or 1.5 s, rounded down.
 */
export const cuttingFor = (lowLatency: boolean): Cutting =>
  lowLatency
    ? { part: 500_000, segment: 2_000_000, least: 1_000_000 }
    : { part: 500_000, segment: 1_300_000, least: 450_000 };

/** RFC 8216bis, 4.4.4.9: parts have at least 85 % of the promised duration. */
const LEAST_SHARE = 0.85;
/** Due times are rounded to microseconds. */
const ROUNDING: Micros = 1_000;

export type Part = {
  data: Buffer;
  /** Begins a segment. */
  first: boolean;
  independent: boolean;
  /** Microseconds. */
  duration: Micros;
  /** When its first sample is due. */
  time: Micros;
};

export type Incoming = { chunks: Buffer[]; time: Micros; key: boolean };

export type Cutter = {
  /** When the segment began that is being filled; undefined before the first sample. */
  readonly segmentStart: Micros | undefined;
  /** Takes a sample, and says whether it begins a segment; a part is told once the sample after it is there. */
  put(sample: Incoming, newSegment: boolean): void;
};

type Filling = { first: boolean; start: Micros; samples: Sample[] };

export const createCutter = (
  timescale: number,
  cutting: Cutting,
  onPart: (part: Part) => void,
): Cutter => {
  let sequence = 0;
  let segmentStart: Micros | undefined;
  let filling: Filling | undefined;
  let last: Incoming | undefined;
  const ticks = (time: Micros): number =>
    Math.round((time * timescale) / 1_000_000);

  const end = ({ first, start, samples }: Filling, time: Micros): void =>
    onPart({
      data: fmp4Fragment(++sequence, ticks(start), samples),
      first,
      independent: samples[0]?.key === true,
      duration: time - start,
      time: start,
    });
  /** Whether a part that would end now must: the next sample would make it too long. */
  const isFull = (length: Micros, gap: Micros): boolean =>
    length >= LEAST_SHARE * cutting.part ||
    length + gap > cutting.part + ROUNDING;

  return {
    get segmentStart() {
      return segmentStart;
    },
    put: (sample, newSegment) => {
      const { time } = sample;
      if (filling !== undefined && last !== undefined) {
        const gap = time - last.time;
        filling.samples.push({
          chunks: last.chunks,
          key: last.key,
          duration: ticks(time) - ticks(last.time),
        });
        if (newSegment || isFull(time - filling.start, gap)) {
          end(filling, time);
          filling = undefined;
        }
      }
      if (newSegment || segmentStart === undefined) segmentStart = time;
      filling ??= { first: newSegment, start: time, samples: [] };
      last = sample;
    },
  };
};
