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
   * - `talkers`: who speaks now. Those who are not in `present` are ignored.
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

export const createDirector = (temperament: Temperament): Director => {
  const voices = createVoices();
  let scale = SCALE[temperament];
  let large: ParticipantId | undefined;
  let before: ParticipantId | undefined;
  let chosenAt = NEVER;

  /** Without the large one's own voice, anybody's word is enough. */
  const takes = (voice: Voice, now: Micros): boolean => {
    const floor = large === undefined ? undefined : voices.speaking(large);
    const interrupts = floor !== undefined;
    if (interrupts && voice.since < Math.max(floor.since, chosenAt))
      return false;
    const needed = interrupts || voice.doubtful ? INTERRUPTION : ONSET;
    return now - voice.since >= needed * scale;
  };

  const challenger = (now: Micros): ParticipantId | undefined => {
    let best: ParticipantId | undefined;
    let since = Number.POSITIVE_INFINITY;
    for (const [id, voice] of voices.all) {
      if (id === large || !voices.alone(voice, now)) continue;
      if (voice.since >= since || !takes(voice, now)) continue;
      best = id;
      since = voice.since;
    }
    return best;
  };

  const replaceAbsent = (present: ReadonlySet<ParticipantId>): void => {
    if (large !== undefined && present.has(large)) return;
    const back = before !== undefined && present.has(before);
    const [first] = present;
    large = back ? before : first;
    before = undefined;
    chosenAt = NEVER;
  };

  return {
    observe(talkers, present, now) {
      voices.hear(talkers, present, now);
      replaceAbsent(present);
      if (now - chosenAt < HOLD * scale) return large;
      const next = challenger(now);
      if (next === undefined) return large;
      before = large;
      large = next;
      chosenAt = now;
      return large;
    },
    setTemperament(next) {
      scale = SCALE[next];
    },
  };
};
