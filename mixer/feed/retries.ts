/** When ffmpeg is started again, and what its end means to people. Pure: times in µs of one clock. */
import type { FfmpegEnd } from "../ffmpeg.js";
import type { Micros } from "../media.js";

/** The first at once: the common cause is a single kill. */
const BACK_OFF_MS = [0, 500, 1_000, 2_000, 4_000];
/** An address may be dead for hours; once in 15 s costs nobody anything. */
const MOST_WAIT_MS = 15_000;
/** What ran for so long was healthy; its death counts as the first again. */
const HEALTHY: Micros = 10_000_000;

export class Retries {
  #inRow = 0;
  #startedAt: Micros = 0;

  constructor(private readonly forEver: boolean) {}

  started(at: Micros): void {
    this.#startedAt = at;
  }

  /** How long to wait, in ms; undefined to give up, at once for a file that has never played. */
  failed(at: Micros, began: boolean): number | undefined {
    if (at - this.#startedAt >= HEALTHY) this.#inRow = 0;
    if (!began && !this.forEver) return undefined;
    const wait = BACK_OFF_MS[this.#inRow++];
    if (wait !== undefined) return wait;
    return this.forEver ? MOST_WAIT_MS : undefined;
  }
}

/** What ffmpeg says of itself, without its file names: `[hls @ 0x…] …` and `URL: …`. */
export const reasonOf = ({ message, errors }: FfmpegEnd): string => {
  const lines = errors.trim().split("\n");
  const last = lines.findLast((line) => /: [A-Z]/.test(line)) ?? message;
  const [, said = last] = /.*: ([A-Z].*)$/.exec(last) ?? [];
  return said.trim().slice(0, 200);
};
