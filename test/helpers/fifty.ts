/** Fifty people who hear each other in different ways: what a tick of their mix costs. */
import { createAudioMix, type AudioMix } from "../../mixer/audio/mix.js";
import type { Channels } from "../../mixer/audio/planes.js";
import { TICK, TICK_SAMPLES } from "../../mixer/media.js";
import { sine } from "./tone.js";

export const FIFTY = 50;
const ids = Array.from({ length: FIFTY }, (_, i) => `p${i}`);
/** So loud that steady tones count as talk: the first is an interpreter. */
export const fiftyTones = ids.map((_, i) =>
  sine(200 + 50 * i, { count: TICK_SAMPLES, level: -28 }),
);

const ways: Record<string, (mix: AudioMix) => void> = {
  "without rows": () => undefined,
  "in groups of five": (mix) => {
    for (const [i, id] of ids.entries()) {
      const group = ids.slice(i - (i % 5), i - (i % 5) + 5);
      const gains = Object.fromEntries(group.map((it) => [it, 1]));
      mix.setRow(id, { otherwise: 0, gains });
    }
  },
  "all under an interpreter": (mix) => {
    for (const id of ids.slice(1))
      mix.setRow(id, { duck: { by: ["p0"], gain: 0.2 } });
  },
  "each with a balance of its own for each": (mix) => {
    for (const [i, id] of ids.entries())
      mix.setBalances(
        id,
        Object.fromEntries(ids.map((it, k) => [it, 0.5 + (i + k) / 100])),
      );
  },
};

export const FIFTY_WAYS: readonly string[] = Object.keys(ways);

/** A mix of `p0` to `p49`, one of `FIFTY_WAYS`. */
export const createFifty = (
  channels: Channels,
  way = "without rows",
): AudioMix => {
  const mix = createAudioMix(channels);
  for (const id of ids) mix.add(id);
  ways[way]!(mix);
  return mix;
};

/**
 * CPU of a tick in which the first `talkers` talk and everybody is listened to, µs: the least of some runs of so many
 * `ticks`, since others use the machine too.
 */
export const costOfFifty = (
  mix: AudioMix,
  talkers: number,
  { runs, ticks }: { runs: number; ticks: number },
): number => {
  let tick = 0;
  const run = (): number => {
    const before = process.cpuUsage();
    for (let end = tick + ticks; tick < end; tick++) {
      for (let i = 0; i < talkers; i++)
        mix.write(ids[i]!, fiftyTones[i]!, 48_000, 1, tick * TICK);
      mix.tick(tick * TICK);
      for (const id of ids) void mix.listen(id).samples;
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / ticks;
  };
  for (let i = 0; i < 2; i++) run();
  return Math.min(...Array.from({ length: runs }, run));
};
