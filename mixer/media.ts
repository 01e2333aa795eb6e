/** What passes between the stages of the mixer. */

/** Integer microseconds on the mixer's monotonic clock (`clock.ts`). */
export type Micros = number;

export const MIX_RATE = 48_000;
/** 20 ms: one Opus packet. */
export const TICK_SAMPLES = 960;
export const TICK: Micros = 20_000;

/** One decoded camera picture: planes Y, U, V without padding, limited range, BT.601. The receiver owns `data`. */
export type I420Frame = { width: number; height: number; data: Uint8Array };

/** An encoded picture or 20 ms (Opus) of sound. `data` is never written again; receivers may keep it. */
export type EncodedUnit = { data: Buffer; pts: Micros; key: boolean };

export type VideoCodec = "h264" | "vp8" | "vp9" | "av1";
