/** What the sum leaves for those who hear parts of it. */
import type { AudioCounters } from "./counters.js";
import type { Owner } from "./owner.js";
import type { Channels, Planes } from "./planes.js";

/** What all outputs of a mix are made from, as of the last tick. */
export type Summed = {
  readonly channels: Channels;
  /** Everybody. */
  readonly total: Planes;
  /** The tick before. */
  readonly previous: Planes;
  /** Those who are in it. */
  readonly inSum: readonly Owner[];
  /** How often others were in it than in the tick before. */
  readonly inSumChanges: number;
  readonly owners: ReadonlyMap<string, Owner>;
  readonly talkers: ReadonlySet<string>;
  readonly counters: AudioCounters;
  readonly ticks: number;
};
