import { TICK, TICK_SAMPLES } from "../media.js";
import { Pitch } from "./pitch.js";

/** Below this, in dBFS, there is nothing: digital silence. */
export const SILENCE = -127;
const FULL_SCALE = 32_768;

/** A level in dBFS of a mean square of 16-bit samples; a full-scale square wave is 0. */
export const dBFS = (meanSquare: number): number =>
  meanSquare > 0
    ? Math.max(SILENCE, 10 * Math.log10(meanSquare / (FULL_SCALE * FULL_SCALE)))
    : SILENCE;

/** 2.5 ms: an onset in the last moments of a tick still lifts one of these. */
const WINDOW = 120;
const WINDOWS = TICK_SAMPLES / WINDOW;

/** No microphone in a room is quieter than this when somebody speaks. */
const CONTRIBUTE_ABOVE = -55;
/** The weak ends of quiet speech, -40 dBFS in the mean, are hardly louder. A fan may be, and has no voice. */
const TALK_ABOVE = -58;
/** Speech stands out this far over the noise around it; noise varies by less from window to window. dB. */
const OVER_NOISE = 9;
/** What is louder than this is heard however steady it is: tones, music. */
const ALWAYS_CONTRIBUTE = -45;
/** What is louder than this talks however steady it is. A fan is quieter. */
const ALWAYS_TALK = -32;

/** The noise floor is looked for in this range, dBFS: below is inaudible, above is no longer "noise". */
const FLOOR_MIN = -75;
const FLOOR_MAX = -35;
/** Where it starts: a quieter room is found in 0.2 s, and the usual fan does not have to be climbed to. */
const FLOOR_START = -50;
/** How fast the floor follows a level that goes up: 3 dB/s, slower than any word. dB per tick. */
const FLOOR_RISE = 0.06;
/** The share of the way down that it goes in a tick: it finds the pauses between words. */
const FLOOR_FALL = 0.3;

const ticks = (seconds: number): number => (seconds * 1_000_000) / TICK;
/** Breath and the ends of words stay in the mix. */
const GATE_HOLD = ticks(1);
/** Pauses between words are still talking. */
const TALK_HOLD = ticks(0.5);
/** What is judged: the last 240 ms, a bit a tick. */
const RECENT = (1 << 12) - 1;
/** Loud ticks of the recent ones that make a talker. */
const TALK_TICKS = 4;
/** And that keep one: one alone is a click. */
const KEEP_TICKS = 3;
/** Of noise one tick in 1 000 is more like itself than 0.5, of a cough 0.6; of speech four of five. Two in a row are asked for. */
const VOICED = 0.55;
/** What falls faster from tick to tick only rings on: a key, a cup, a door, a step on a floor that sounds for 40 ms. dB. */
const RINGING = 3.5;
/** So many blows in so many ticks, 480 ms, are somebody who types: what sounds between them has to last longer. */
const TYPING = 4;
const TYPED = (1 << 24) - 1;
/** Speech may be silent for so long, as before a "t". Ticks. */
const STOP = 0b111;

/**
 * What the signal of one source is worth, tick by tick.
 *
 * - `rms` in dBFS and `peak` in sample units are of the last tick.
 * - `open`: more than noise, so it belongs in the mix; opens within the tick of the onset, closes 1 s after the end.
 * - `talking`: speech rather than keys, coughs or a fan; found within 200 ms, kept for 500 ms.
 * - `speaking`: sounds like speech at this moment; found 40 ms after the first vowel, kept for 40 ms.
 */
export type Level = {
  rms: number;
  peak: number;
  open: boolean;
  talking: boolean;
  speaking: boolean;
  /** Noise floor, dBFS. */
  floor: number;
  /** Ticks for which the gate and the talker stay. */
  openFor: number;
  talkFor: number;
  /** One bit a tick, the newest lowest: was it loud enough for speech? */
  history: number;
  /** And like a voice? */
  voices: number;
  /** And was there a blow in it? */
  blows: number;
  pitch: Pitch;
};

export const createLevel = (): Level => ({
  rms: SILENCE,
  peak: 0,
  open: false,
  talking: false,
  speaking: false,
  floor: FLOOR_START,
  openFor: 0,
  talkFor: 0,
  history: 0,
  voices: 0,
  blows: 0,
  pitch: new Pitch(),
});

const countBits = (bits: number): number => {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
};

/** Reads RMS and peak of a tick into `level`; answers the mean square of its loudest 2.5 ms. */
const scan = (level: Level, samples: Int16Array): number => {
  let total = 0;
  let loudest = 0;
  let highest = 0;
  let lowest = 0;
  for (let window = 0; window < WINDOWS; window++) {
    let energy = 0;
    const end = (window + 1) * WINDOW;
    for (let i = window * WINDOW; i < end; i++) {
      const sample = samples[i]!;
      energy += sample * sample;
      if (sample > highest) highest = sample;
      else if (sample < lowest) lowest = sample;
    }
    total += energy;
    if (energy > loudest) loudest = energy;
  }
  level.rms = dBFS(total / TICK_SAMPLES);
  level.peak = Math.max(highest, -lowest);
  return loudest / WINDOW;
};

const followFloor = (level: Level): void => {
  const { rms, floor } = level;
  const next =
    rms < floor
      ? floor + (rms - floor) * FLOOR_FALL
      : Math.min(rms, floor + FLOOR_RISE);
  level.floor = Math.min(FLOOR_MAX, Math.max(FLOOR_MIN, next));
};

const gate = (level: Level, loudest: number): void => {
  const threshold = Math.max(
    CONTRIBUTE_ABOVE,
    Math.min(level.floor + OVER_NOISE, ALWAYS_CONTRIBUTE),
  );
  if (loudest >= threshold) level.openFor = GATE_HOLD;
  else if (level.openFor > 0) level.openFor--;
  level.open = level.openFor > 0;
};

/** `samples`: undefined for a tick of nothing. `before`: the level of the tick before, dBFS. */
const findVoice = (
  level: Level,
  samples: Int16Array | undefined,
  before: number,
): void => {
  const threshold = Math.max(
    TALK_ABOVE,
    Math.min(level.floor + OVER_NOISE, ALWAYS_TALK),
  );
  const wasLoud = (level.history & 1) === 1;
  const loud = level.rms >= threshold;
  level.history = ((level.history << 1) | (loud ? 1 : 0)) & RECENT;
  let voiced = false;
  if (samples === undefined) level.pitch.reset();
  else if (level.rms < CONTRIBUTE_ABOVE) level.pitch.reset();
  else if (!loud) level.pitch.take(samples);
  else
    voiced =
      level.pitch.strength(samples) > VOICED &&
      wasLoud &&
      level.pitch.strikes.outlasted &&
      level.rms > before - RINGING;
  const struck = level.pitch.strikes.struck;
  level.blows = ((level.blows << 1) | (struck ? 1 : 0)) & TYPED;
  level.voices = ((level.voices << 1) | (voiced ? 1 : 0)) & RECENT;
};

const findTalk = (level: Level): void => {
  const { history, voices, talking } = level;
  // Two in a row: one alone may be the ringing of a key. Three, where there are many keys.
  const two = voices & (voices >> 1);
  const typing = countBits(level.blows) >= TYPING;
  const isVoice = (typing ? two & (voices >> 2) : two) !== 0;
  const enough = talking ? KEEP_TICKS : TALK_TICKS;
  const loud = (history & 1) === 1;
  if (loud && isVoice && countBits(history) >= enough)
    level.talkFor = TALK_HOLD;
  else if (level.talkFor > 0) level.talkFor--;
  level.talking = level.talkFor > 0;
  level.speaking = isVoice && (history & STOP) !== 0;
};

/** Takes in one tick (960 samples) of a source, before its gain. */
export const measure = (level: Level, samples: Int16Array): void => {
  const before = level.rms;
  const loudest = dBFS(scan(level, samples));
  gate(level, loudest);
  findVoice(level, samples, before);
  findTalk(level);
  followFloor(level);
};

/** One tick of a source that has nothing. */
export const measureSilence = (level: Level): void => {
  level.rms = SILENCE;
  level.peak = 0;
  gate(level, SILENCE);
  findVoice(level, undefined, SILENCE);
  findTalk(level);
};

/** What a source that is muted (or stopped being heard) is: silent, closed, not talking, at once. */
export const resetLevel = (level: Level): void => {
  level.rms = SILENCE;
  level.peak = 0;
  level.open = false;
  level.talking = false;
  level.speaking = false;
  level.openFor = 0;
  level.talkFor = 0;
  level.history = 0;
  level.voices = 0;
  level.blows = 0;
  level.pitch.reset();
};
