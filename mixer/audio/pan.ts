/** Where a voice is between the two channels of a stereo room. Pure. */

/** How far a voice moves in a tick, so that it glides: from one side to the other in 0.4 s. */
const STEP = 0.1;

/** The next place on the way from `from` to `to`, both -1 (left) to 1. */
export const glide = (from: number, to: number): number =>
  from + Math.max(-STEP, Math.min(STEP, to - from));

/**
 * The gain of one of two channels at a place. Constant power: of one voice both together are as loud everywhere. What is
 * stereo already is moved by turning the other side down alone.
 */
export const panGain = (
  place: number,
  channel: number,
  isStereo: boolean,
): number => {
  const angle = ((place + 1) * Math.PI) / 4;
  const gain = channel === 0 ? Math.cos(angle) : Math.sin(angle);
  return isStereo ? Math.min(1, gain * Math.SQRT2) : gain;
};

/** `far` of the way from one to another. */
export const between = (from: number, to: number, far: number): number =>
  far === 1 ? to : from + (to - from) * far;
