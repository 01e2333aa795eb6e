/** What a player makes of sound that comes late. Pure. */
import type { LineReport } from "./line.js";

/** How long a player's buffer of sound is usually, and how fast it gets shorter again (of real time), as measured in Chromium. */
const BUFFER_MS = 60;
const CATCH_UP = 0.05;

/** Milliseconds of sound that a player makes up between these seconds: it waits for what is late, and does not wait again. */
export const concealed = (
  { sound }: LineReport,
  from: number,
  to: number,
): number => {
  let buffer = BUFFER_MS;
  let sum = 0;
  for (const [n, { at, way }] of sound.entries()) {
    const length = 1000 * ((sound[n + 1]?.at ?? at) - at);
    const late = way === undefined ? length : Math.max(0, way - buffer);
    if (at >= from && at < to) sum += late;
    if (way !== undefined && way > buffer) buffer = way;
    else buffer = Math.max(BUFFER_MS, buffer - CATCH_UP * length);
  }
  return sum;
};
