import type { ParticipantId, Temperament } from "../contract.js";
import type { Micros } from "../media.js";
import { createVoices, type Heard, type Voice } from "./voices.js";

/** What is taken and held, times this. */
const SCALE: Record<Temperament, number> = { calm: 2, normal: 1, fast: 0.5 };

/** A cough is shorter; a word is longer. */
const ONSET: Micros = 300_000;
/** A "mhm" while somebody else speaks, or the end of a laugh, is shorter; who goes on has the floor. */
const INTERRUPTION: Micros = 1_200_000;
/** Medooze holds for 2 s too; FreeSWITCH for 1 s, which its users call jumpy. */
const HOLD: Micros = 2_000_000;

/** So far into the speech it is known to be speech (`audio/level.ts`): measured, 60 to 170 ms after its first sound. */
const FOUND: Micros = 80_000;
/** Whoever looks on after so long without a picture is not kept waiting: who talks is large at once. */
const AWAY: Micros = 500_000;

/**
 * Chooses who is large.
 *
 * - Follows whoever has spoken for 300 ms without a break, but holds a choice for at least 2 s.
 * - While the large one speaks too, only who began after it and goes on for 1.2 s takes over.
 * - A cough, and three or more who begin within half a second (laughter), move nothing.
 * - Nobody talks: stays. The large one is gone: at once whoever was large before, else who talks, else the first of
 *   `present`; that is no choice and is not held. Nor is who is large when the first picture is made, or the first after
 *   a while: who talks then.
 *
 * It knows neither pins nor screens. The caller shows a pinned participant whatever this answers, and the `share`
 * layout keeps the screen large; go on observing meanwhile, so that it knows the talker when they end.
 */
export type Director = {
  /**
   * Once for each picture; answers with the large one, undefined when nobody is there.
   *
   * - `heard`: who talks now. Those who are not in `present` are ignored.
   * - `present`: who may be large, in seat order (`speakersOf`).
   */
  observe(
    heard: Heard,
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

/** Whoever has talked longest: the set keeps the order in which they began. */
const firstTalker = (
  { talkers, speaking }: Heard,
  present: ReadonlySet<ParticipantId>,
): ParticipantId | undefined => {
  for (const id of talkers) if (present.has(id)) return id;
  for (const id of speaking) if (present.has(id)) return id;
  return undefined;
};

const replaceAbsent = (
  choice: Choice,
  heard: Heard,
  present: ReadonlySet<ParticipantId>,
): void => {
  const { large, before } = choice;
  if (large !== undefined && present.has(large)) return;
  const [first] = present;
  const again = before !== undefined && present.has(before);
  choice.large = again ? before : (firstTalker(heard, present) ?? first);
  choice.before = undefined;
  choice.chosenAt = NEVER;
};

const createChoice = (): Choice => ({
  large: undefined,
  before: undefined,
  chosenAt: NEVER,
});

/** Looks on again: nothing that it chose is held. */
const lookAnew = (
  choice: Choice,
  heard: Heard,
  present: ReadonlySet<ParticipantId>,
): void => {
  const { large } = choice;
  choice.chosenAt = NEVER;
  if (large === undefined || heard.talkers.has(large)) return;
  choice.large = firstTalker(heard, present) ?? large;
};

/** `found`: so far into the speech it is known to be speech. */
export const createDirector = (
  temperament: Temperament,
  found: Micros = FOUND,
): Director => {
  const voices = createVoices();
  const choice = createChoice();
  let scale = SCALE[temperament];
  let observedAt = NEVER;

  const takes = (voice: Voice, floor: Voice | undefined, now: Micros) => {
    const began = floor && Math.max(floor.since, choice.chosenAt);
    if (began !== undefined && voice.since < began) return false;
    const long = floor !== undefined || voice.doubtful;
    const needed = (long ? INTERRUPTION : ONSET) * scale - found;
    return now - (long ? voice.since : voice.soundingSince) >= needed;
  };

  const challenger = (now: Micros): ParticipantId | undefined => {
    const { large } = choice;
    const floor = large === undefined ? undefined : voices.speaking(large);
    let best: ParticipantId | undefined;
    let since = Number.POSITIVE_INFINITY;
    for (const [id, voice] of voices.all) {
      if (id === large || !voice.sounding || !voices.alone(voice, now))
        continue;
      if (voice.since >= since || !takes(voice, floor, now)) continue;
      best = id;
      since = voice.since;
    }
    return best;
  };

  return {
    observe(heard, present, now) {
      voices.hear(heard, present, now);
      if (now - observedAt > AWAY) lookAnew(choice, heard, present);
      observedAt = now;
      replaceAbsent(choice, heard, present);
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
