/** A room's sound as its listeners decode it: packets of real Opus, legs that move between encodes. */
import test from "ava";
import { createOpusDecoder } from "../../../mixer/audio/opus-decoder.js";
import type { MixRouting } from "../../../mixer/contract.js";
import { createCounters } from "../../../mixer/counters.js";
import { RTP_HEADER } from "../../../mixer/egress/rtp.js";
import { createLoad } from "../../../mixer/room/load.js";
import { Sound } from "../../../mixer/room/sound.js";
import { TICK, TICK_SAMPLES } from "../../../mixer/media.js";
import { consecutive, openLeg, type OpenedLeg } from "../../helpers/leg.js";
import {
  bendOfSine,
  gaps,
  goertzel,
  join,
  largestBend,
  sine,
} from "../../helpers/tone.js";
import { ann, bob, cat, channelOf, type Voice } from "../../helpers/voices.js";

const RATE = 48_000;
const voices = [ann, bob, cat];

const openSound = (stereo: boolean, speakers: readonly Voice[] = voices) => {
  const sound = new Sound(createCounters(), createLoad(), () => undefined, {
    stereo,
    loudest: 0,
  });
  for (const { id } of speakers) sound.mix.add(id);
  let ticks = 0;
  const play = (count: number): void => {
    for (const end = ticks + count; ticks < end; ticks++) {
      for (const { id, hz, level } of speakers) {
        const from = ticks * TICK_SAMPLES;
        const block = sine(hz, { from, count: TICK_SAMPLES, level });
        sound.mix.write(id, block, RATE, 1, ticks * TICK);
      }
      sound.tick(ticks * TICK, 0);
    }
  };
  return { sound, play };
};

const decode = ({ sent }: OpenedLeg, channels: 1 | 2): Int16Array => {
  const decoder = createOpusDecoder(channels);
  const blocks = sent.map((packet) =>
    (decoder.decode(packet.subarray(RTP_HEADER)) ?? []).slice(),
  );
  decoder.close();
  return join(blocks as Int16Array[]);
};

const bitrateOf = ({ sent }: OpenedLeg, from = 0): number => {
  const packets = sent.slice(from);
  const bytes = packets.reduce((sum, it) => sum + it.length - RTP_HEADER, 0);
  return (bytes * 8) / (packets.length / 50);
};

test("in a stereo room each listener hears each voice from its side, and the own one not at all", (t) => {
  const { sound, play } = openSound(true);
  sound.mix.setPlace("ann", -1);
  sound.mix.setPlace("bob", 1);
  const [viewer, hearsBob] = [openLeg(), openLeg()];
  sound.addLeg(viewer.leg, undefined);
  sound.addLeg(hearsBob.leg, "ann");
  play(100);
  const levels = (leg: OpenedLeg, hz: number): number[] =>
    [0, 1].map((channel) =>
      goertzel(channelOf(decode(leg, 2), channel).subarray(RATE), RATE, hz),
    );
  const [annLeft, annRight] = levels(viewer, ann.hz);
  t.true(Math.abs(annLeft! + 20) < 1 && annRight! < -45);
  const [catLeft, catRight] = levels(viewer, cat.hz);
  t.true(Math.abs(catLeft! + 23) < 1 && Math.abs(catRight! + 23) < 1);
  const [bobLeft, bobRight] = levels(hearsBob, bob.hz);
  t.true(Math.abs(bobRight! + 20) < 1 && bobLeft! < -45);
  for (const level of levels(hearsBob, ann.hz)) t.true(level < -60);
  sound.close();
});

test("music is sent at 128 kbit/s in stereo and 64 in mono, speech again 10 s after it", (t) => {
  for (const [stereo, kbit] of [
    [true, 128],
    [false, 64],
  ] as const) {
    const { sound, play } = openSound(stereo, [ann]);
    const viewer = openLeg();
    sound.addLeg(viewer.leg, undefined);
    play(50);
    t.true(bitrateOf(viewer, 10) < 70_000);
    sound.mix.setMusic("ann", true);
    play(100);
    const rate = bitrateOf(viewer, 80) / 1000;
    t.true(rate > 0.7 * kbit && rate < 1.3 * kbit, `${rate} kbit/s`);
    t.true(consecutive(viewer.sequences()));
    sound.mix.setMusic("ann", false);
    play(11 * 50);
    t.true(bitrateOf(viewer, viewer.sent.length - 25) < 90_000);
    sound.close();
  }
});

test("a routing change moves a listener to another encode without a hole in its packets or its sound", (t) => {
  const { sound, play } = openSound(false);
  sound.mix.add("zoe");
  sound.mix.add("yan");
  const [zoe, yan, viewer] = [openLeg(), openLeg(), openLeg()];
  sound.addLeg(zoe.leg, "zoe");
  sound.addLeg(yan.leg, "yan");
  sound.addLeg(viewer.leg, undefined);
  play(50);
  t.is(sound.encoders, 1);
  const quieter = { gains: { bob: 0 }, otherwise: 1 };
  const steps: { listeners: MixRouting["listeners"]; encoders: number }[] = [
    { listeners: { zoe: quieter }, encoders: 2 },
    { listeners: { zoe: quieter, yan: quieter }, encoders: 2 },
    { listeners: { zoe: null, yan: quieter }, encoders: 2 },
    { listeners: { zoe: null, yan: null }, encoders: 1 },
  ];
  for (const { listeners, encoders } of steps) {
    sound.setRouting({ listeners });
    play(25);
    t.is(sound.encoders, encoders);
  }
  for (const leg of [zoe, yan, viewer]) {
    t.true(consecutive(leg.sequences()));
    const times = leg.timestamps();
    const steps = times.slice(1).map((it, i) => (it - times[i]!) >>> 0);
    t.deepEqual([...new Set(steps)], [TICK_SAMPLES]);
    t.is(leg.sent.length, 150);
  }
  const [heard, undisturbed] = [decode(zoe, 1), decode(viewer, 1)];
  t.deepEqual(gaps(heard.subarray(RATE / 2)), []);
  const bends = [heard, undisturbed].map((it) =>
    largestBend(it.subarray(RATE / 2)),
  ) as [number, number];
  t.log({ bends });
  const tones = voices.reduce(
    (sum, it) => sum + bendOfSine(it.hz, it.level),
    0,
  );
  t.true(bends[0] < bends[1] + 3 * tones);
  const spans = [60, 85, 110, 135].map((tick) =>
    heard.subarray(tick * TICK_SAMPLES, (tick + 10) * TICK_SAMPLES),
  );
  const bobs = spans.map((span) => goertzel(span, RATE, bob.hz));
  t.true(bobs[0]! < -55 && bobs[1]! < -55);
  t.true(Math.abs(bobs[2]! + 20) < 1 && Math.abs(bobs[3]! + 20) < 1);
  sound.close();
});

test("lean sound, music and a routing change begin another encode without a click", (t) => {
  const { sound, play } = openSound(false);
  sound.mix.add("zoe");
  const { leg, ...rest } = openLeg();
  const zoe = { leg, ...rest };
  sound.addLeg(leg, "zoe");
  const turns: (() => void)[] = [
    () => sound.mix.setMusic("ann", true),
    () => (leg.lean = true),
    () => sound.setRouting({ listeners: { zoe: { gains: { bob: 0.5 } } } }),
    () => (leg.lean = false),
    () => sound.setDeaf("zoe", true),
    () => sound.setDeaf("zoe", false),
  ];
  play(60);
  for (const turn of turns) {
    turn();
    play(30);
  }
  t.true(consecutive(zoe.sequences()));
  const bend = largestBend(decode(zoe, 1).subarray(RATE / 2));
  const tones = voices.reduce(
    (sum, it) => sum + bendOfSine(it.hz, it.level),
    0,
  );
  t.log({ bend });
  t.true(bend < 4 * tones);
  sound.close();
});

test("viewers choose a channel, files hear what those do who chose none", (t) => {
  const { sound, play } = openSound(false);
  const [french, plain] = [openLeg(), openLeg()];
  sound.addLeg(french.leg, undefined, "french");
  sound.addLeg(plain.leg, undefined);
  const filed: Int16Array[] = [];
  sound.addFileSink((samples) => filed.push(samples.slice()));
  sound.setRouting({
    channels: {
      "": { gains: { cat: 0 } },
      french: { duck: { by: ["cat"], gain: 0.2 } },
    },
  });
  play(100);
  const level = (samples: Int16Array, { hz }: Voice): number =>
    goertzel(samples.subarray(RATE), RATE, hz);
  const heard = decode(french, 1);
  t.true(Math.abs(level(heard, ann) + 34) < 1);
  t.true(Math.abs(level(heard, cat) + 20) < 1);
  for (const samples of [decode(plain, 1), join(filed)]) {
    t.true(Math.abs(level(samples, ann) + 20) < 1);
    t.true(level(samples, cat) < -55);
  }
  sound.close();
});
