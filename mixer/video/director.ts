import type { ParticipantId, Temperament } from "../contract.js";
import type { Micros } from "../media.js";
import { createVoices, type Voice } from "./voices.js";

/** What is taken and held, times this. */
const SCALE: Record<Temperament, number> = { calm: 2, normal: 1, fast: 0.5 };

/** A cough is shorter; a word is longer. */
const ONSET: Micros = 300_000;
/** A "mhm" while somebody else speaks, or the end of a laugh, is shorter; who goes on has the floor. */
const INTERRUPTION: Micros = 1_200_000;
/** Medooze holds for 2 s too; FreeSWITCH for 1 s, which its users call jumpy. */
const HOLD: Micros = 2_000_000;

/**
 * How much longer somebody is in the set of talkers than they speak: found 140 ms into the speech, kept for 500 ms after
 * it (`audio/level.ts`). Only after so long is it known that what began was no cough.
 */
const LINGERING: Micros = 360_000;

/**
 * Chooses who is large.
 *
 * - Follows whoever has spoken for 300 ms without a break, but holds a choice for at least 2 s.
 * - While the large one speaks too, only who began after it and goes on for 1.2 s takes over.
 * - A cough, and three or more who begin within half a second (laughter), move nothing.
 * - Nobody talks: stays. The large one is gone: at once whoever was large before, else the first of `present`; that
 *   is no choice and is not held.
 *
 * It knows neither pins nor screens. The caller shows a pinned participant whatever this answers, and the `share`
 * layout keeps the screen large; go on observing meanwhile, so that it knows the talker when they end.
 */
export type Director = {
  /**
   * Once for each picture; answers with the large one, undefined when nobody is there.
   *
   * - `talkers`: who talks now. Those who are not in `present` are ignored.
   * - `present`: who may be large, in seat order (`speakersOf`).
   */
  observe(
    talkers: ReadonlySet<ParticipantId>,
    present: ReadonlySet<ParticipantId>,
    now: Micros,
  ): ParticipantId | undefined;
  /** `calm` doubles, `fast` halves the times of taking and holding; a choice that is held is held by the new measure. */
  setTemperament(temperament: Temperament): void;
};

/** Never chosen, so never held. */
const NEVER: Micros = Number.NEGATIVE_INFINITY;

type Choice = {
  large: ParticipantId | undefined;
  /** Who was large before. */
  before: ParticipantId | undefined;
  chosenAt: Micros;
};

const replaceAbsent = (
  choice: Choice,
  present: ReadonlySet<ParticipantId>,
): void => {
  const { large, before } = choice;
  if (large !== undefined && present.has(large)) return;
  const [first] = present;
  choice.large = before !== undefined && present.has(before) ? before : first;
  choice.before = undefined;
  choice.chosenAt = NEVER;
};

/** `lingering`: how much longer somebody is a talker than they speak; 0 for a set of who makes sound at this moment. */
export const createDirector = (
  temperament: Temperament,
  lingering: Micros = LINGERING,
): Director => {
  const voices = createVoices();
  const choice: Choice = {
    large: undefined,
    before: undefined,
    chosenAt: NEVER,
  };
  let scale = SCALE[temperament];

  const takes = (voice: Voice, floor: Voice | undefined, now: Micros) => {
    const began = floor && Math.max(floor.since, choice.chosenAt);
    if (began !== undefined && voice.since < began) return false;
    const long = floor !== undefined || voice.doubtful;
    const needed = (long ? INTERRUPTION : ONSET) * scale + lingering;
    return now - voice.since >= needed;
  };

  const challenger = (now: Micros): ParticipantId | undefined => {
    const { large } = choice;
    const floor = large === undefined ? undefined : voices.speaking(large);
    let best: ParticipantId | undefined;
    let since = Number.POSITIVE_INFINITY;
    for (const [id, voice] of voices.all) {
      if (id === large || !voices.alone(voice, now)) continue;
      if (voice.since >= since || !takes(voice, floor, now)) continue;
      best = id;
      since = voice.since;
    }
    return best;
  };

  return {
    observe(talkers, present, now) {
      voices.hear(talkers, present, now);
      replaceAbsent(choice, present);
      if (now - choice.chosenAt < HOLD * scale) return choice.large;
      const next = challenger(now);
      if (next === undefined) return choice.large;
      choice.before = choice.large;
      choice.large = next;
      choice.chosenAt = now;
      return next;
    },
    setTemperament(next) {
      scale = SCALE[next];
    },
  };
};
