import type { ParticipantId } from "../contract.js";
import type { Micros } from "../media.js";

/** As the mix of a room tells it: sets that are the same always. */
export type Heard = {
  /** Who talks now: each for half a second longer than they speak. */
  talkers: ReadonlySet<ParticipantId>;
  /** Who sounds like speech at this moment. */
  speaking: ReadonlySet<ParticipantId>;
};

/** People who laugh at the same thing begin within this time; two who begin to speak at once are two, not many. */
const TOGETHER: Micros = 500_000;
const MANY = 3;
/** Between two words there is silence for so long; a breath is longer. */
const WORD_GAP: Micros = 100_000;

/** One participant's speech, as far as the director needs to know it. */
export type Voice = {
  talking: boolean;
  /** It sounds at this moment, */
  sounding: boolean;
  /** when it last did, */
  soundedAt: Micros;
  /** and since when without a break. */
  soundingSince: Micros;
  /** When it began to talk, or was left over from a laughter. */
  since: Micros;
  /** When it last began, whatever came of it. */
  startedAt: Micros;
  laughing: boolean;
  /** The last of those who laughed: it may be about to end too. */
  doubtful: boolean;
};

/**
 * Who has talked without a break since when, and who only laughs with the others.
 *
 * Laughter: three or more begin within half a second. They count as silent until one of them is left, who then has to
 * go on for longer than another to be taken for somebody who speaks. Whoever begins later is heard as ever.
 */
export type Voices = {
  readonly all: ReadonlyMap<ParticipantId, Voice>;
  hear(heard: Heard, present: ReadonlySet<ParticipantId>, now: Micros): void;
  /** The voice of one who speaks, not laughs. */
  speaking(id: ParticipantId): Voice | undefined;
  /** Whether it speaks, and it is sure that it is not the first voice of a laughter: alone, or others would have joined by now. */
  alone(voice: Voice, now: Micros): boolean;
};

const NEVER: Micros = Number.NEGATIVE_INFINITY;

const isRecent = (voice: Voice, now: Micros): boolean =>
  now - voice.startedAt < TOGETHER;

const isSpeech = (voice: Voice): boolean => voice.talking && !voice.laughing;

const silence = (voice: Voice): void => {
  voice.talking = false;
  voice.sounding = false;
  voice.laughing = false;
  voice.doubtful = false;
};

const begin = (now: Micros): Voice => ({
  talking: true,
  sounding: false,
  soundedAt: NEVER,
  soundingSince: now,
  since: now,
  startedAt: now,
  laughing: false,
  doubtful: false,
});

const sound = (voice: Voice | undefined, now: Micros): void => {
  if (voice === undefined) return;
  if (now - voice.soundedAt > WORD_GAP) voice.soundingSince = now;
  voice.sounding = true;
  voice.soundedAt = now;
};

export const createVoices = (): Voices => {
  const all = new Map<ParticipantId, Voice>();
  let recent = 0;

  const start = (id: ParticipantId, now: Micros): void => {
    if (!all.get(id)?.talking) all.set(id, begin(now));
  };

  const findLaughter = (now: Micros): void => {
    recent = 0;
    for (const voice of all.values()) if (isRecent(voice, now)) recent++;
    let laughing = 0;
    let last: Voice | undefined;
    for (const voice of all.values()) {
      if (recent >= MANY && voice.talking && isRecent(voice, now))
        voice.laughing = true;
      if (!voice.laughing) continue;
      laughing++;
      last = voice;
    }
    if (laughing !== 1 || last === undefined) return;
    last.laughing = false;
    last.doubtful = true;
    last.since = now;
  };

  return {
    all,
    hear({ talkers, speaking }, present, now) {
      for (const id of talkers) if (present.has(id)) start(id, now);
      for (const id of speaking) if (present.has(id)) start(id, now);
      for (const [id, voice] of all) {
        voice.sounding = false;
        const heard = talkers.has(id) || speaking.has(id);
        if (!heard || !present.has(id)) silence(voice);
        if (!present.has(id) || !(voice.talking || isRecent(voice, now)))
          all.delete(id);
      }
      for (const id of speaking) sound(all.get(id), now);
      findLaughter(now);
    },
    speaking(id) {
      const voice = all.get(id);
      return voice !== undefined && isSpeech(voice) ? voice : undefined;
    },
    alone: (voice, now) =>
      isSpeech(voice) && !(recent > 1 && isRecent(voice, now)),
  };
};
