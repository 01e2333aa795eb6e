/** How loud each talker is, for meters. */
import type { AudioMix } from "../audio/mix.js";
import type { ParticipantId } from "../contract.js";

export type TalkerLevels = Record<ParticipantId, number>;

/** Tells levels, in whole dBFS, while somebody wants them and somebody talks; each `look` tells at most once. */
export const createLevels = (
  mix: Pick<AudioMix, "talkers" | "level">,
  tell: (levels: TalkerLevels) => void,
) => {
  let wanted = false;
  return {
    setWanted: (on: boolean): void => {
      wanted = on;
    },
    look: (): void => {
      if (!wanted || mix.talkers.size === 0) return;
      const levels: TalkerLevels = {};
      for (const id of mix.talkers) levels[id] = Math.round(mix.level(id));
      tell(levels);
    },
  };
};
