/** What else microphones hear in rooms, at 48 kHz, for seconds: none of it is a voice. */
import {
  cough,
  createDice,
  RATE,
  resonance,
  resonances,
  scaled,
  silence,
} from "./sounds.js";
import { join, noise } from "./tone.js";

const TURN = 2 * Math.PI;

const signalOf = (
  seconds: number,
  at: (time: number, index: number) => number,
): Float64Array =>
  Float64Array.from({ length: seconds * RATE }, (_, i) => at(i / RATE, i));

/** To an RMS level in dBFS. */
export const toLevel = (
  signal: ArrayLike<number>,
  level: number,
): Int16Array => {
  let energy = 0;
  for (let i = 0; i < signal.length; i++) energy += signal[i]! * signal[i]!;
  const scale =
    (32_768 * 10 ** (level / 20)) / Math.sqrt(energy / signal.length);
  return Int16Array.from(signal as ArrayLike<number>, (it) =>
    Math.max(-32_768, Math.min(32_767, Math.round(it * scale))),
  );
};

/** Air conditioning: as much power in each octave. */
export const pink = (seconds: number, level: number, seed = 1): Int16Array => {
  const poles = [0.99765, 0.963, 0.57];
  const shares = [0.099046, 0.2965164, 1.0526913];
  const held = [0, 0, 0];
  const white = noise(seconds * RATE, -10, seed);
  const signal = Float64Array.from(white, (sample) => {
    let sum = 0.1848 * sample;
    for (let i = 0; i < 3; i++)
      sum += held[i] = poles[i]! * held[i]! + shares[i]! * sample;
    return sum;
  });
  return toLevel(signal, level);
};

/** A mains transformer: `hz` and its harmonics, each weaker by half. */
export const hum = (seconds: number, hz: number, level: number): Int16Array =>
  toLevel(
    signalOf(seconds, (time) =>
      [1, 2, 3, 4, 5, 7, 9].reduce(
        (sum, n) => sum + Math.sin(TURN * hz * n * time + n) / n,
        0,
      ),
    ),
    level,
  );

/** A cough every second or so, every third of them with a voice at its end. */
export const coughs = (seconds: number, seed = 1): Int16Array => {
  const dice = createDice(seed);
  const parts: Int16Array[] = [];
  for (let length = 0, n = 0; length < seconds * RATE; n++) {
    const part = cough(
      Math.round(150 + 350 * dice()),
      n % 3 === 2 ? Math.round(40 + 80 * dice()) : 0,
    );
    const pause = silence(Math.round(300 + 900 * dice()));
    parts.push(part, pause);
    length += part.length + pause.length;
  }
  return join(parts).subarray(0, seconds * RATE);
};

/** Hands in a room that answers for 150 ms. */
export const claps = (
  seconds: number,
  perSecond: number,
  seed = 1,
): Int16Array => {
  const dice = createDice(seed);
  const signal = new Float64Array(seconds * RATE);
  for (
    let time = 0.2;
    time < seconds;
    time += (0.7 + 0.6 * dice()) / perSecond
  ) {
    const start = Math.floor(time * RATE);
    const end = Math.min(0.3 * RATE, signal.length - start);
    for (let at = 0; at < end; at++) {
      const fading =
        Math.exp(-at / (0.006 * RATE)) + 0.1 * Math.exp(-at / (0.05 * RATE));
      signal[start + at]! += (dice() - 0.5) * fading;
    }
  }
  return scaled(resonance(signal, 1_100), 0.5);
};

/** A chair that is drawn over a floor: it sticks and slips, 60 to 200 times a second and never evenly. */
export const scrapes = (seconds: number, seed = 1): Int16Array => {
  const dice = createDice(seed);
  const signal = new Float64Array(seconds * RATE);
  for (let from = 0.3; from < seconds - 1; from += 1 + dice()) {
    const [length, rate] = [0.2 + 0.5 * dice(), 60 + 140 * dice()];
    for (let time = 0; time < length; time += (0.6 + 0.8 * dice()) / rate) {
      const start = Math.floor((from + time) * RATE);
      const force = Math.sin((Math.PI * time) / length) * (0.5 + dice());
      for (let at = 0; at < 240; at++)
        signal[start + at]! += (dice() - 0.5) * force * Math.exp(-at / 60);
    }
  }
  return scaled(resonances(signal, [350, 900, 2_100]), 0.4);
};

/** Cars that pass: tyres that swell and fade, and an engine below them. */
export const traffic = (
  seconds: number,
  level: number,
  seed = 1,
): Int16Array => {
  const tyres = pink(seconds, -20, seed);
  let turned = 0;
  const signal = signalOf(seconds, (time, i) => {
    const near = Math.exp(-(((time % 5) - 2.5) ** 2));
    turned += (TURN * (35 + 25 * near)) / RATE;
    let engine = 0;
    for (let n = 1; n <= 6; n++) engine += Math.sin(turned * n) / n;
    return (0.15 + near) * (tyres[i]! + 1_500 * engine);
  });
  return toLevel(signal, level);
};

/** A tune on hold: a melody of plucked notes over chords that stand. */
export const holdMusic = (
  seconds: number,
  level: number,
  seed = 1,
): Int16Array => {
  const dice = createDice(seed);
  const notes = Array.from(
    { length: Math.ceil(seconds * 4) },
    () => 262 * 2 ** ([0, 2, 4, 7, 9, 12][Math.floor(dice() * 6)]! / 12),
  );
  const signal = signalOf(seconds, (time) => {
    const hz = notes[Math.floor(time * 4)]!;
    const since = time % 0.25;
    const root = [131, 110, 87, 98][Math.floor(time / 2) % 4]!;
    let sum = 0;
    for (let n = 1; n <= 4; n++) {
      sum += (Math.exp(-6 * since) * Math.sin(TURN * hz * n * time)) / n;
      sum += (0.2 * Math.sin(TURN * root * n * time)) / n;
      sum += (0.2 * Math.sin(TURN * root * 1.5 * n * time)) / n;
    }
    return sum;
  });
  return toLevel(signal, level);
};
