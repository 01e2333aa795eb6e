/** What is done at once when a line becomes full, before anybody has chosen anything. Pure. */
import type { Micros } from "../media.js";
import type { Leg } from "./leg.js";
import { TRY_UNTIL_QUEUE } from "./line.js";
import { LEAN_BELOW, type LineMeter } from "./line-meter.js";

/** Sound is lean until the line carries so much in all; bits per second. */
const LEAN_UNTIL = 300_000;

export type Watched = {
  readonly audio?: Leg;
  readonly video?: Leg;
  /** Sound shall be lean whatever the line carries. */
  thrifty?: boolean;
};

/**
 * To be called after each report of the receiver. A full line gets no more padding, no more of a stream that is much too
 * large, and lean sound. `onFull` is told when it becomes full, and when a try has come to its end: the ladder shall choose.
 */
export const createWatch = (
  meter: LineMeter,
  watched: Watched,
  onFull: (() => void) | undefined,
): ((at: Micros) => void) => {
  const { audio, video } = watched;
  let wasFull = false;
  return (at) => {
    if (audio !== undefined)
      audio.lean =
        watched.thrifty === true ||
        meter.isGrave ||
        meter.total < (audio.lean ? LEAN_UNTIL : LEAN_BELOW);
    const { full, queue, lost, estimate = 0 } = meter.line(at);
    // What a full line loses is lost by what is sent too much.
    if (!full) audio?.shield.notice(lost, at);
    if (video === undefined) return;
    video.allowance = meter.limit(at);
    video.draining = full;
    video.heldUntil = meter.cautiousUntil;
    const ended = video.isProbing && (full || queue > TRY_UNTIL_QUEUE);
    if (ended) video.probe(0, 0, at);
    if (full) video.brake(estimate, at);
    else video.release(at);
    if (ended || (full && !wasFull)) onFull?.();
    wasFull = full;
  };
};
