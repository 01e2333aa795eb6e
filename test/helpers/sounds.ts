/** What microphones hear, at 48 kHz: people, and what is not to be taken for them. */
import { readFileSync } from "node:fs";
import { createResampler } from "../../mixer/audio/resample.js";
import { noise, parseWav } from "./tone.js";
import { inRoot } from "./root.js";

export const RATE = 48_000;
const PER_MS = RATE / 1_000;

export const silence = (millis: number): Int16Array =>
  new Int16Array(millis * PER_MS);

/** A man who reads. `pitch`: 1.3 makes a woman of him, 1.7 a child; they speak as much faster. */
export const speech = (file: "0880" | "0930", pitch = 1): Int16Array => {
  const path = inRoot(`test/media/speech-${file}.wav`);
  const { samples, rate, channels } = parseWav(readFileSync(path));
  return createResampler()
    .resample(samples, rate * pitch, channels)
    .slice();
};

/** Random numbers from 0 to 1, the same ones every time. */
export const createDice = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

export const scaled = (signal: Float64Array, peak: number): Int16Array => {
  const highest = signal.reduce((most, it) => Math.max(most, Math.abs(it)), 0);
  return Int16Array.from(signal, (it) => (it * peak * 32_767) / highest);
};

/** What a mouth makes of a sound: a resonance at `hz`. */
export const resonance = (signal: Float64Array, hz: number): Float64Array => {
  const omega = (2 * Math.PI * hz) / RATE;
  const alpha = Math.sin(omega) / 5;
  const [gain, first, second] = [
    alpha / (1 + alpha),
    (2 * Math.cos(omega)) / (1 + alpha),
    (alpha - 1) / (1 + alpha),
  ];
  const out = new Float64Array(signal.length);
  for (let at = 0; at < signal.length; at++)
    out[at] =
      gain * (signal[at]! - (signal[at - 2] ?? 0)) +
      first * (out[at - 1] ?? 0) +
      second * (out[at - 2] ?? 0);
  return out;
};

/** What of a signal several resonances let pass, together. */
export const resonances = (
  signal: Float64Array,
  hertz: readonly number[],
): Float64Array => {
  const parts = hertz.map((hz) => resonance(signal, hz));
  return signal.map((_, at) => parts.reduce((sum, part) => sum + part[at]!, 0));
};

/** A cough of so long: air that bursts out, through a mouth; `voiced` ms of voice at its end. */
export const cough = (millis: number, voiced = 0): Int16Array => {
  const blown = millis * PER_MS;
  const breath = noise(blown + voiced * PER_MS, -10);
  const source = Float64Array.from(breath, (sample, at) => {
    const time = at / PER_MS;
    const burst = time < 8 ? time / 8 : Math.exp((16 - 2 * time) / millis);
    const isPulse = at >= blown && at % Math.round(RATE / 110) < 30;
    return sample * burst + (isPulse ? 9_000 : 0);
  });
  return scaled(resonances(source, [600, 1_400, 2_600]), 0.6);
};

/** So many keys a second, each a click and the ringing of the table for `ringing` ms. */
export const typing = (
  seconds: number,
  keys: number,
  ringing: number,
  seed = 5,
): Int16Array => {
  const dice = createDice(seed);
  const signal = new Float64Array(seconds * RATE);
  for (let time = 0.3; time < seconds; time += (0.5 + dice()) / keys) {
    const start = Math.floor(time * RATE);
    const [hz, force] = [500 * (0.7 + 0.6 * dice()), 0.4 + 0.6 * dice()];
    const end = Math.min(4_800, signal.length - start);
    for (let at = 0; at < end; at++) {
      const fading = Math.exp(-at / PER_MS / ringing);
      const table = 0.6 * Math.sin((2 * Math.PI * hz * at) / RATE);
      signal[start + at]! += force * fading * (table + dice() - 0.5);
    }
  }
  return scaled(signal, 0.3);
};

/** The rumble of a fan: noise with most of its power below 200 Hz. */
export const fan = (seconds: number, level: number): Int16Array => {
  let low = 0;
  // 1 dB is what the filter below takes.
  return noise(seconds * RATE, level + 13).map(
    (sample) => (low = 0.98 * low + 0.045 * sample),
  );
};

/** Steps on a floor that hums at 70 Hz for `ringing` ms after each. */
export const steps = (seconds: number, ringing: number): Int16Array => {
  const dice = createDice(7);
  const signal = new Float64Array(seconds * RATE);
  for (let start = 4_800; start < signal.length; start += 26_700)
    for (let at = 0; at < 6_000 && start + at < signal.length; at++) {
      const time = at / PER_MS;
      const thud = Math.sin((2 * Math.PI * 70 * at) / RATE);
      const heel = (dice() - 0.5) * Math.exp(-time / 8);
      signal[start + at]! += Math.exp(-time / ringing) * (thud + heel / 2);
    }
  return scaled(signal, 0.3);
};
