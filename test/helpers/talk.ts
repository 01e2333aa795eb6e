/** People who are tones of one channel or two, in a mix whose channels change. */
import { createAudioMix, type AudioMix } from "../../mixer/audio/mix.js";
import type { Channels } from "../../mixer/audio/planes.js";
import { TICK, TICK_SAMPLES } from "../../mixer/media.js";
import { join, sine } from "./tone.js";
import type { Voice } from "./voices.js";

const RATE = 48_000;

/** What is one channel of it, whether there was one or two. */
export const ear = (
  blocks: readonly Int16Array[],
  channel: number,
): Int16Array =>
  join(
    blocks.map((block) => {
      const channels = block.length / TICK_SAMPLES;
      return block.filter((_, i) => i % channels === channel % channels);
    }),
  );

export type Way = (mix: AudioMix) => Int16Array;

/** Everybody is a tone; `left` and `right` of those who send two channels. */
export const createTalk = (
  voices: readonly Voice[],
  channels: Channels = 1,
  two: Readonly<Record<string, Voice>> = {},
) => {
  const mix = createAudioMix(channels);
  for (const { id } of voices) mix.add(id);
  let ticks = 0;
  const say = (voice: Voice): void => {
    const from = ticks * TICK_SAMPLES;
    const one = sine(voice.hz, {
      ...{ from, count: TICK_SAMPLES, level: voice.level },
    });
    const other = two[voice.id];
    if (other === undefined)
      return mix.write(voice.id, one, RATE, 1, ticks * TICK);
    const second = sine(other.hz, {
      ...{ from, count: TICK_SAMPLES, level: other.level },
    });
    const both = Int16Array.from({ length: 2 * TICK_SAMPLES }, (_, i) =>
      i % 2 === 0 ? one[i >> 1]! : second[i >> 1]!,
    );
    mix.write(voice.id, both, RATE, 2, ticks * TICK);
  };
  const hear = (count: number, ...ways: Way[]): Int16Array[][] => {
    const heard: Int16Array[][] = ways.map(() => []);
    for (const end = ticks + count; ticks < end; ticks++) {
      for (const voice of voices) say(voice);
      mix.tick(ticks * TICK);
      ways.forEach((way, i) => heard[i]!.push(way(mix).slice()));
    }
    return heard;
  };
  return { mix, hear };
};

export const full: Way = (mix) => mix.listen().samples;
export const of =
  (id: string): Way =>
  (mix) =>
    mix.listen(id).samples;
