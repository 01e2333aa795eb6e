import type { ParticipantId, Temperament } from "../contract.js";
import type { Micros } from "../media.js";

/** Chooses who is large. */
export type Director = {
  /** Once for each picture; answers with the large one, undefined when nobody is there. */
  observe(
    talkers: ReadonlySet<ParticipantId>,
    present: ReadonlySet<ParticipantId>,
    now: Micros,
  ): ParticipantId | undefined;
  setTemperament(temperament: Temperament): void;
};
