/** The sounds that need no file: a few notes each, computed where they are played. Pure. */
import type { Tune } from "../contract.js";
import { RATE } from "./timeline.js";

type Note = { at: number; hz: number; seconds: number; level: number };

/** A soft bell: its peak is -18 dBFS, as loud as voices are on average (-18 LUFS), and it fades from there. */
const CHIME = 0.1;
const QUIET = 0.03;

const chime = (...hz: number[]): Note[] =>
  hz.map((one, i) => ({ at: i * 0.16, hz: one, seconds: 0.8, level: CHIME }));

/** What answering machines have: everybody knows what to do then. */
const tone = (hz: number): Note[] => [
  { at: 0, hz, seconds: 0.6, level: CHIME },
];

/** Broken chords, one each 3 s, in the order in which they lead back to the first. */
const CHORDS = [
  [262, 330, 392, 523],
  [220, 262, 330, 440],
  [175, 220, 262, 349],
  [196, 247, 294, 392],
];
const music = (): Note[] =>
  CHORDS.flatMap((chord, bar) =>
    [...chord, ...chord.slice(1, -1).reverse()].map((hz, i) => ({
      ...{ at: bar * 3 + i * 0.5, hz, seconds: 2, level: QUIET },
    })),
  );

const SCORES: Record<Tune, { seconds: number; notes: Note[] }> = {
  join: { seconds: 1, notes: chime(587, 880) },
  leave: { seconds: 1, notes: chime(880, 587) },
  alone: { seconds: 12, notes: music() },
  "recording-started": { seconds: 1.2, notes: chime(784, 784, 1175) },
  voicemail: { seconds: 0.6, notes: tone(1000) },
  "recording-stopped": { seconds: 1.2, notes: chime(1175, 784, 784) },
};

/** 4 ms: without a click. */
const ATTACK = 0.004;
/** A bell that has lost 60 dB at the end of its note. */
const DECAY = Math.log(1000);

const sampleOf = ({ hz, seconds, level }: Note, time: number): number => {
  if (time < 0 || time >= seconds) return 0;
  const rise = Math.min(1, time / ATTACK);
  const fade = Math.exp((-DECAY * time) / seconds);
  const turn = 2 * Math.PI * hz * time;
  return level * rise * fade * (Math.sin(turn) + 0.25 * Math.sin(2 * turn));
};

/** In samples. */
export const lengthOf = (tune: Tune): number =>
  Math.round(SCORES[tune].seconds * RATE);

/**
 * Fills `into` with the tune, mono, from this sample on; goes round where it `loops`: what still sounds at its end is
 * heard over its beginning.
 */
export const render = (
  tune: Tune,
  from: number,
  loops: boolean,
  into: Int16Array,
): void => {
  const { notes, seconds } = SCORES[tune];
  for (let i = 0; i < into.length; i++) {
    const time = (from + i) / RATE;
    const within = loops ? time % seconds : time;
    let sum = 0;
    for (const note of notes) {
      sum += sampleOf(note, within - note.at);
      if (loops && time >= seconds)
        sum += sampleOf(note, within - note.at + seconds);
    }
    into[i] = Math.round(32_767 * sum);
  }
};
