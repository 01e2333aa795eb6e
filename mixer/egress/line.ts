/** What is known of a subscriber's line. */
export type Line = {
  /** Bits per second of pictures that it is thought to carry: measured when it was full, else the most seen; undefined = not known yet. */
  estimate: number | undefined;
  /** The same, but only of a line that was full. */
  limit?: number;
  /** Bits per second of pictures (with padding) that went through lately without trouble. */
  carried: number;
  /** More is sent than it carries, now. */
  full: boolean;
  /** How much longer packets take than the quickest of late, in milliseconds. */
  queue: number;
  /** Fraction lost lately, 0 to 1. */
  lost: number;
  /** Milliseconds. */
  roundTrip: number | undefined;
};

/** One of which nothing is known yet. */
export const createLine = (): Line => ({
  estimate: undefined,
  carried: 0,
  full: false,
  queue: 0,
  lost: 0,
  roundTrip: undefined,
});

/** From this queue on (milliseconds) a try goes no further: sound would come late. Larger than what radio adds now and then. */
export const TRY_UNTIL_QUEUE = 50;
