/**
 * Everything that can be changed while people talk, switched back and forth in the middle of their tones: nobody hears a
 * step that is steeper than the voices themselves, and nobody anything of their own voice.
 */
import test from "ava";
import type { AudioMix } from "../../../mixer/audio/mix.js";
import type { Channels } from "../../../mixer/audio/planes.js";
import { createPlanes } from "../../../mixer/audio/planes.js";
import { createDenoiser } from "../../../mixer/audio/rnnoise.js";
import type { Denoiser } from "../../../mixer/audio/suppressor.js";
import { LIMITER_DELAY } from "../../../mixer/audio/limiter.js";
import { TICK_SAMPLES } from "../../../mixer/media.js";
import {
  amplitudeOf,
  largestBend,
  largestStep,
  peak,
} from "../../helpers/tone.js";
import {
  ann,
  bob,
  cat,
  channelOf,
  createRoom,
  minus,
  softBend,
  type Voice,
} from "../../helpers/voices.js";

const BOTH: readonly Channels[] = [1, 2];
/** Ann's may be made four times as loud by gain and again by a balance, and stay below the limiter. */
const quiet: Voice = { ...ann, level: -32 };
const voices = [quiet, bob, cat];

type Change = {
  title: string;
  on: (mix: AudioMix, denoisers: Denoiser[]) => void;
  off: (mix: AudioMix) => void;
  /** The most that a voice is multiplied with. */
  gain?: number;
  /** Whom one hears depends on what one says oneself. */
  contended?: true;
};

const changes: readonly Change[] = [
  {
    title: "a mute",
    on: (mix) => mix.setMuted("ann", true),
    off: (mix) => mix.setMuted("ann", false),
  },
  {
    title: "everybody's mute",
    on: (mix) => ["ann", "bob", "cat"].forEach((id) => mix.setMuted(id, true)),
    off: (mix) =>
      ["ann", "bob", "cat"].forEach((id) => mix.setMuted(id, false)),
  },
  {
    title: "a gain of 4",
    on: (mix) => mix.setGain("ann", 4),
    off: (mix) => mix.setGain("ann", 1),
    gain: 4,
  },
  {
    title: "a gain of 0",
    on: (mix) => mix.setGain("ann", 0),
    off: (mix) => mix.setGain("ann", 1),
  },
  {
    title: "a place at the far left",
    on: (mix) => mix.setPlace("ann", -1),
    off: (mix) => mix.setPlace("ann", 1),
  },
  {
    title: "the common loudness",
    on: (mix) => mix.setLevelled("ann", true),
    off: (mix) => mix.setLevelled("ann", false),
  },
  {
    title: "noise suppression",
    on: (mix, denoisers) => mix.setDenoiser("ann", denoisers.pop()),
    off: (mix) => mix.setDenoiser("ann", undefined),
  },
  {
    title: "music mode",
    on: (mix) => mix.setMusic("ann", true),
    off: (mix) => mix.setMusic("ann", false),
    gain: Math.SQRT2,
  },
  {
    title: "a group",
    on: (mix) => {
      mix.setRow("zoe", { otherwise: 0, gains: { ann: 1 } });
      mix.setRow("ann", { otherwise: 0, gains: { zoe: 1 } });
    },
    off: (mix) => ["zoe", "ann"].forEach((id) => mix.setRow(id, undefined)),
  },
  {
    title: "a whisper",
    on: (mix) =>
      ["zoe", "ann"].forEach((id) =>
        mix.setRow(id, { otherwise: 0.25, gains: { ann: 1, zoe: 1 } }),
      ),
    off: (mix) => ["zoe", "ann"].forEach((id) => mix.setRow(id, undefined)),
  },
  {
    title: "an interpreter",
    on: (mix) =>
      ["zoe", "ann"].forEach((id) =>
        mix.setRow(id, { duck: { by: ["bob"], gain: 0.2 } }),
      ),
    off: (mix) => ["zoe", "ann"].forEach((id) => mix.setRow(id, undefined)),
  },
  {
    title: "deafness",
    on: (mix) => ["zoe", "ann"].forEach((id) => mix.setDeaf(id, true)),
    off: (mix) => ["zoe", "ann"].forEach((id) => mix.setDeaf(id, false)),
  },
  {
    title: "hold",
    on: (mix) => {
      mix.setMuted("ann", true);
      mix.setDeaf("ann", true);
    },
    off: (mix) => {
      mix.setMuted("ann", false);
      mix.setDeaf("ann", false);
    },
  },
  {
    title: "a private balance of 4",
    on: (mix) => {
      mix.setBalances("zoe", { ann: 4, bob: 0 });
      mix.setBalances("ann", { bob: 4, cat: 0 });
    },
    off: (mix) => ["zoe", "ann"].forEach((id) => mix.setBalances(id, {})),
    gain: 4,
  },
  {
    title: "ducking",
    on: (mix) => mix.setDuck(0.25),
    off: (mix) => mix.setDuck(1),
  },
  {
    title: "only the loudest",
    on: (mix) => mix.setLoudest(1),
    off: (mix) => mix.setLoudest(0),
    contended: true,
  },
  {
    title: "another's end",
    on: (mix) => mix.remove("cat"),
    off: (mix) => {
      if (!mix.has("cat")) mix.add("cat");
    },
  },
];

/** In ticks: at other phases of the tones, and twice while the change before is still under way. */
const ON = [60, 82, 84, 101, 140, 143];
const OFF = [80, 83, 100, 121, 142, 190];
const LENGTH = 240;

/** The first and the last of a full run. */
const run = (
  { on, off }: Change,
  { channels, silent = [] }: { channels: Channels; silent?: string[] },
  denoisers: Denoiser[] = [],
) => {
  const room = createRoom(voices, channels);
  const { mix } = room;
  mix.add("zoe");
  for (const id of silent) room.silent.add(id);
  mix.setPlace("ann", 1);
  const sums: Float64Array[] = [];
  const planes = createPlanes(channels);
  const ways = {
    zoe: minus("zoe"),
    ann: minus("ann"),
    all: (mix: AudioMix): Int16Array => {
      const sum = new Float64Array(TICK_SAMPLES * channels);
      for (const id of ["bob", "cat"])
        if (mix.own(id, planes, ""))
          planes.forEach((plane, c) =>
            plane.forEach((it, i) => (sum[channels * i + c]! += it)),
          );
      sums.push(sum);
      return mix.listen().samples;
    },
  };
  const heard = room.hear(LENGTH, ways, (tick) => {
    if (ON.includes(tick)) on(mix, denoisers);
    if (OFF.includes(tick)) off(mix);
  });
  return { ...heard, sums };
};

/** Of a sine of the voices' own, from one sample to the next; half as much again for fades of a millisecond. */
const stepOf = ({ hz, level }: Voice, gain: number): number =>
  1.5 * gain * 32_767 * amplitudeOf(level) * ((2 * Math.PI * hz) / 48_000);

const sumOver = (of: (voice: Voice) => number): number =>
  voices.reduce((sum, voice) => sum + of(voice), 0);

/** Where they differ: tick and by how much. */
const unlike = (a: Int16Array, b: ArrayLike<number>): string[] => {
  const found: string[] = [];
  a.forEach((sample, i) => {
    if (sample !== b[i] && found.length < 5)
      found.push(`${i}: ${sample} for ${b[i]}`);
  });
  return found;
};

for (const channels of BOTH)
  for (const change of changes) {
    const { title, gain = 1, contended } = change;
    const name = `${title}, on and off: ${channels} channels`;
    test(`no step that is steeper than the voices: ${name}`, async (t) => {
      const denoisers = await Promise.all(ON.map(() => createDenoiser()));
      const heard = run(change, { channels }, denoisers);
      for (const way of ["zoe", "ann", "all"] as const)
        for (let c = 0; c < channels; c++) {
          const one = channelOf(heard[way], c, channels);
          const step = largestStep(one.subarray(4800));
          t.true(step <= sumOver((it) => stepOf(it, gain)), `${way}: ${step}`);
          const bend = largestBend(one.subarray(4800));
          t.true(bend <= sumOver((it) => gain * softBend(it)), `${bend}`);
        }
      for (const denoiser of denoisers) denoiser.close();
    });

    test(`nothing of one's own voice, to the last bit: ${name}`, async (t) => {
      const make = () => Promise.all(ON.map(() => createDenoiser()));
      const denoisers = [...(await make()), ...(await make())];
      const { ann: heard, sums } = run(change, { channels }, denoisers);
      t.true(peak(heard.subarray(4800 * channels)) > 1000, "others are heard");
      if (contended === undefined) {
        const how = { channels, silent: ["ann"] };
        t.deepEqual(unlike(heard, run(change, how, denoisers).ann), []);
      } else {
        const rest = sums.flatMap((sum) => [...sum]);
        const late = heard.subarray(LIMITER_DELAY * channels);
        t.deepEqual(unlike(late, rest), []);
      }
      for (const denoiser of denoisers) denoiser.close();
    });
  }
