import type { Outgoing } from "./protocol.js";

export type SoundOptions = {
  /** @throws CallError with the server's refusal, or without a seat */
  ask: (message: Outgoing) => Promise<unknown>;
};

export type Sound = {
  balanceOf(participant: string): number;
  /** @throws CallError when refused; then nothing has changed */
  balance(participant: string, gain: number): Promise<void>;
  setLevels(on: boolean): void;
  /** A new seat knows nothing of all this. */
  seated(resumed: boolean): void;
  gone(participant: string): void;
};

/** What one hears of whom, and whether one is told how loud they are; told to the server again with each new seat. */
export const createSound = ({ ask }: SoundOptions): Sound => {
  const gains = new Map<string, number>();
  let levels = false;
  const put = (participant: string, gain: number): void => {
    if (gain === 1) gains.delete(participant);
    else gains.set(participant, gain);
  };
  const balanceOf = (participant: string): number =>
    gains.get(participant) ?? 1;
  const tell = (message: Outgoing): void => {
    // Without a seat the next one is told.
    ask(message).catch(() => undefined);
  };
  return {
    balanceOf,
    balance: async (participant, gain) => {
      const before = balanceOf(participant);
      put(participant, gain);
      try {
        await ask({ type: "balance", participant, gain });
      } catch (error) {
        if (balanceOf(participant) === gain) put(participant, before);
        throw error;
      }
    },
    setLevels: (on) => {
      if (levels === on) return;
      levels = on;
      tell({ type: "levels", on });
    },
    seated: (resumed) => {
      // What was said without a seat is not known, not even to one that was kept.
      if (levels || resumed) tell({ type: "levels", on: levels });
      if (resumed) return;
      for (const [participant, gain] of gains)
        tell({ type: "balance", participant, gain });
    },
    gone: (participant) => void gains.delete(participant),
  };
};
