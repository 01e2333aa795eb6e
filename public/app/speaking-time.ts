/** For how long each has talked: what the server has told, and what was said since. Pure; milliseconds. */
import type { ParticipantInfo } from "../sdk/index.js";

export type SpeakingTimes = {
  /** These are there, and talk or do not, from `now` on. */
  update(participants: readonly ParticipantInfo[], now: number): void;
  /** Seconds. */
  of(person: ParticipantInfo, now: number): number;
};

export const createSpeakingTimes = (): SpeakingTimes => {
  const since = new Map<string, number>();
  return {
    update: (participants, now) => {
      const talking = new Set(
        participants.filter((one) => one.talking).map(({ id }) => id),
      );
      for (const id of [...since.keys()])
        if (!talking.has(id)) since.delete(id);
      for (const id of talking) if (!since.has(id)) since.set(id, now);
    },
    of: ({ id, spoke }, now) => spoke + (now - (since.get(id) ?? now)) / 1000,
  };
};
