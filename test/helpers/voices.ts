/** A room of tones on a fake clock, for tests of the audio mix. */
import { createAudioMix, type AudioMix } from "../../mixer/audio/mix.js";
import type { Channels } from "../../mixer/audio/planes.js";
import { TICK, TICK_SAMPLES } from "../../mixer/media.js";
import { bendOfSine, join, sine } from "./tone.js";

export type Voice = {
  id: string;
  hz: number;
  level: number;
  owner?: string;
};

/** People who are tones, fed in 10 ms blocks on the beat of a fake clock. */
export const createRoom = (
  voices: readonly Voice[],
  channels: Channels = 1,
) => {
  const mix = createAudioMix(channels);
  for (const { id, owner } of voices) mix.add(id, owner);
  let ticks = 0;
  const silent = new Set<string>();
  const say = (voice: Voice): void => {
    for (const half of [0, 480]) {
      const from = ticks * TICK_SAMPLES + half;
      const block = sine(voice.hz, { from, count: 480, level: voice.level });
      mix.write(voice.id, block, 48_000, 1, ticks * TICK);
    }
  };
  const tick = (): void => {
    for (const voice of voices) if (!silent.has(voice.id)) say(voice);
    mix.tick(ticks * TICK);
    ticks++;
  };
  /** What is heard over some ticks, for each way of listening. */
  const hear = <Name extends string>(
    count: number,
    ways: Record<Name, (mix: AudioMix) => Int16Array>,
    each: (index: number) => void = () => undefined,
  ): Record<Name, Int16Array> => {
    const heard = new Map<Name, Int16Array[]>();
    for (let index = 0; index < count; index++) {
      each(index);
      tick();
      for (const name of Object.keys(ways) as Name[])
        heard.set(name, [...(heard.get(name) ?? []), ways[name](mix).slice()]);
    }
    return Object.fromEntries(
      [...heard].map(([name, blocks]) => [name, join(blocks)]),
    ) as Record<Name, Int16Array>;
  };
  return { mix, silent, tick, hear };
};

export const full = (mix: AudioMix): Int16Array => mix.listen().samples;
export const minus =
  (id: string) =>
  (mix: AudioMix): Int16Array =>
    mix.listen(id).samples;

/** One channel of interleaved samples. */
export const channelOf = (
  samples: Int16Array,
  channel: number,
  channels: Channels = 2,
): Int16Array => samples.filter((_, i) => i % channels === channel);

export const ann: Voice = { id: "ann", hz: 440, level: -20 };
export const bob: Voice = { id: "bob", hz: 660, level: -20 };
export const cat: Voice = { id: "cat", hz: 880, level: -20 };
export const dan: Voice = { id: "dan", hz: 1100, level: -20 };
export const eve: Voice = { id: "eve", hz: 1320, level: -20 };

/** A gain that goes over 1 ms or more bends a tone by no more than this; a click of it by 3 277. */
export const softBend = ({ hz, level }: Voice): number =>
  12 * bendOfSine(hz, level) + 100;
