/** Sound that comes in ticks at any time, cut into frames that lie where the file's time says. Pure. */
import { MIX_RATE, TICK_SAMPLES, type Micros } from "../../media.js";

/**
 * Who goes on this much later or earlier than the tick before said is only jitter: half a millisecond. Where sound
 * begins there was no tick before, and it is placed to the sample.
 */
const JITTER = MIX_RATE / 2000;

const sampleAt = (time: Micros): number =>
  Math.round((time * MIX_RATE) / 1_000_000);

export type Grid = {
  /**
   * A tick that begins at `time` in the file. Calls `frame` for each whole frame, in order and without holes, with
   * undefined where there was nothing but silence. The samples are valid during the call.
   */
  write(samples: Int16Array | undefined, time: Micros): void;
  /** Silence up to `time`. */
  fill(time: Micros): void;
};

/**
 * Frames of 20 ms from the file's time zero on, whatever the ticks' own grid.
 *
 * @param channels - of interleaved samples
 * @param from - how many samples (each channel) the file has already; a multiple of a frame
 */
export const createGrid = (
  { channels, from }: { channels: 1 | 2; from: number },
  frame: (samples: Int16Array | undefined) => void,
): Grid => {
  const buffer = new Int16Array(TICK_SAMPLES * channels);
  /** Samples so far: whole frames, and what is in the buffer. */
  let position = from;
  let audible = false;
  /** The tick before was sound, and ended where we are. */
  let goingOn = false;

  const end = (): void => {
    frame(audible ? buffer : undefined);
    if (audible) buffer.fill(0);
    audible = false;
  };
  /** Moves on by `count` samples, of `source` from `at` on where there is one. */
  const move = (
    source: Int16Array | undefined,
    at: number,
    count: number,
  ): void => {
    for (let done = 0; done < count;) {
      const filled = position % TICK_SAMPLES;
      const step = Math.min(count - done, TICK_SAMPLES - filled);
      if (source !== undefined) {
        const start = (at + done) * channels;
        const piece = source.subarray(start, start + step * channels);
        buffer.set(piece, filled * channels);
        audible = true;
      }
      done += step;
      position += step;
      if (position % TICK_SAMPLES === 0) end();
    }
  };
  const fill = (time: Micros): void => {
    const missing = sampleAt(time) - position;
    if (missing > 0) move(undefined, 0, missing);
    goingOn = false;
  };
  return {
    fill,
    write: (samples, time) => {
      const away = sampleAt(time) - position;
      const slack = goingOn ? JITTER : 0;
      // What lies before the file's beginning, or was already there, is cut off.
      const cut = away < -slack ? Math.min(-away, TICK_SAMPLES) : 0;
      if (away > slack) move(undefined, 0, away);
      move(samples, cut, TICK_SAMPLES - cut);
      goingOn = cut < TICK_SAMPLES;
    },
  };
};
