/** What the server and a mixer say to each other about who hears whom. */

/**
 * How one listener hears the others, by the ids of participants.
 *
 * - Linear gains, 0 to 4. Nobody hears themselves, whatever it says.
 * - Changes are ramps of 20 ms. Listeners of equal rows share one encode, but for those who are in the sum.
 */
export type MixRow = {
  gains?: Record<string, number>;
  /** The gain of whoever is not named; 1. */
  otherwise?: number;
  /** While one of `by` talks, all others are heard at `gain` times what they are. */
  duck?: { by: string[]; gain: number };
};

/** What of the rows changes; null is back to hearing everybody. */
export type MixRouting = {
  /** By participant. */
  listeners?: Record<string, MixRow | null>;
  /** Of whoever is no participant (viewers, recordings): "" is what they hear unless they choose another. */
  channels?: Record<string, MixRow | null>;
};

/** How a room sounds. */
export type SoundOptions = {
  stereo: boolean;
  /** Only so many voices are in the sum, the loudest; 0 is all. */
  loudest: number;
};
