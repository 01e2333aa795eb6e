/** A room that is switched between one channel and two, as its listeners decode it: real Opus, on every kind of line. */
import test from "ava";
import { createOpusDecoder } from "../../../mixer/audio/opus-decoder.js";
import { createCounters } from "../../../mixer/counters.js";
import { RTP_HEADER } from "../../../mixer/egress/rtp.js";
import { createLoad } from "../../../mixer/room/load.js";
import { openRecordedSound } from "../../../mixer/room/recorded-sound.js";
import { Sound } from "../../../mixer/room/sound.js";
import { TICK, TICK_SAMPLES } from "../../../mixer/media.js";
import {
  consecutive,
  FIELDS,
  openLeg,
  type OpenedLeg,
} from "../../helpers/leg.js";
import { readRed } from "../../helpers/red.js";
import {
  bendOfSine,
  gaps,
  goertzel,
  join,
  largestBend,
  sine,
} from "../../helpers/tone.js";
import { ann, bob, channelOf } from "../../helpers/voices.js";

const RATE = 48_000;
const REDUNDANT = { ...FIELDS, redundantType: 63 };
const STEREO_BIT = 4;
const TONES = bendOfSine(ann.hz, ann.level) + bendOfSine(bob.hz, bob.level);

const openSound = () => {
  const sound = new Sound(createCounters(), createLoad(), () => undefined);
  for (const { id } of [ann, bob]) sound.mix.add(id);
  sound.mix.setPlace("ann", -1);
  sound.mix.setPlace("bob", 1);
  let ticks = 0;
  const play = (count: number, level = 0): void => {
    for (const end = ticks + count; ticks < end; ticks++) {
      const from = ticks * TICK_SAMPLES;
      for (const voice of [ann, bob]) {
        const shape = { from, count: TICK_SAMPLES, level: voice.level + level };
        const block = sine(voice.hz, shape);
        if (level > -100)
          sound.mix.write(voice.id, block, RATE, 1, ticks * TICK);
      }
      sound.tick(ticks * TICK, 0);
    }
  };
  return { sound, play };
};

/** What is played of each packet, where nothing is lost. */
const newest = (packet: Buffer): Buffer =>
  (packet[1]! & 0x7f) === REDUNDANT.redundantType
    ? readRed(packet).at(-1)!.data
    : packet.subarray(RTP_HEADER);

const decode = ({ sent }: OpenedLeg, channels: 1 | 2): Int16Array => {
  const decoder = createOpusDecoder(channels);
  const blocks = sent.map((packet) =>
    (decoder.decode(newest(packet)) ?? []).slice(),
  );
  decoder.close();
  return join(blocks as Int16Array[]);
};

const isStereo = (packet: Buffer): boolean =>
  (newest(packet)[0]! & STEREO_BIT) !== 0;

type Line = {
  title: string;
  fields?: typeof FIELDS;
  set?: (leg: OpenedLeg["leg"]) => void;
  /** Ticks in a packet. */
  ticks: 1 | 3;
};

const lines: readonly Line[] = [
  { title: "a good line", ticks: 1 },
  {
    ...{ title: "a line with losses", ticks: 1 },
    set: (leg) => leg.shield.report(0.1, 0),
  },
  {
    ...{ title: "a line with losses and RED", ticks: 1, fields: REDUNDANT },
    set: (leg) => leg.shield.report(0.1, 0),
  },
  {
    ...{ title: "a narrow line", ticks: 3 },
    set: (leg) => (leg.lean = true),
  },
];

for (const { title, fields, set, ticks } of lines)
  test(`over ${title} both switches leave no hole in numbers, times and sound`, (t) => {
    const { sound, play } = openSound();
    const opened = openLeg(fields);
    sound.addLeg(opened.leg, undefined);
    set?.(opened.leg);
    // No multiple of three: in the midst of a long packet, too.
    for (const stereo of [true, false]) {
      play(61);
      sound.setStereo(stereo);
      play(61);
    }
    const { sent } = opened;
    t.true(consecutive(opened.sequences()));
    const times = opened.timestamps();
    const steps = times.slice(1).map((it, i) => (it - times[i]!) >>> 0);
    // The leg goes over to longer packets at the end of one.
    t.deepEqual([...new Set(steps.slice(3))], [ticks * TICK_SAMPLES]);
    const kinds = sent.map(isStereo);
    t.false(kinds[0]);
    t.true(kinds[Math.round(100 / ticks)]);
    t.false(kinds.at(-1));
    const changes = kinds.filter((it, i) => i > 0 && it !== kinds[i - 1]);
    t.is(changes.length, 2);
    for (const channels of [1, 2] as const) {
      const heard = decode(opened, channels).subarray((RATE / 2) * channels);
      for (let c = 0; c < channels; c++) {
        const one = channelOf(heard, c, channels);
        t.deepEqual(gaps(one), []);
        const bend = largestBend(one);
        t.true(bend < 2 * TONES, `${bend / TONES}`);
      }
    }
    const both = decode(opened, 2);
    const level = (hz: number, channel: number, from: number): number =>
      goertzel(
        channelOf(both, channel).subarray(from * RATE, (from + 0.4) * RATE),
        RATE,
        hz,
      );
    t.true(level(ann.hz, 0, 2) - level(ann.hz, 1, 2) > 15);
    t.true(level(bob.hz, 1, 2) - level(bob.hz, 0, 2) > 15);
    const last = both.length / 2 / RATE - 0.5;
    for (const { hz } of [ann, bob])
      t.true(Math.abs(level(hz, 0, last) - level(hz, 1, last)) < 0.5);
    sound.close();
  });

test("who comes, is deaf or hears a sound alone meanwhile hears what all do, from an encode without a hole", (t) => {
  const { sound, play } = openSound();
  const [early, late, deaf] = [openLeg(), openLeg(), openLeg()];
  sound.mix.add("dee");
  sound.addLeg(early.leg, undefined);
  sound.addLeg(deaf.leg, "dee");
  sound.setDeaf("dee", true);
  play(50);
  sound.setStereo(true);
  sound.addLeg(late.leg, undefined);
  play(5);
  sound.privates.add("p", "dee");
  play(20);
  sound.privates.remove("p");
  sound.setDeaf("dee", false);
  play(30);
  t.is(sound.encoders, 1);
  for (const leg of [early, late, deaf])
    t.true(consecutive(leg.sequences()) && isStereo(leg.sent.at(-1)!));
  const bend = largestBend(channelOf(decode(late, 2), 0).subarray(4800));
  t.true(bend < 4 * TONES, `${bend / TONES}`);
  sound.close();
});

test("a silence that is told of in one byte tells of the room's channels", (t) => {
  const { sound, play } = openSound();
  const opened = openLeg();
  sound.addLeg(opened.leg, undefined);
  for (const stereo of [true, false]) {
    play(100, -1000);
    sound.setStereo(stereo);
  }
  play(100, -1000);
  const told = opened.sent.map(newest).filter(({ length }) => length === 1);
  const bytes = told.map((packet) => packet[0]! & STEREO_BIT);
  t.deepEqual(
    bytes.filter((it, i) => it !== bytes[i - 1]),
    [0, STEREO_BIT, 0],
  );
  sound.close();
});

for (const codec of ["opus", "pcm", "aac"] as const)
  for (const channels of [1, 2] as const)
    test(`a file of ${codec} with ${channels} goes on with as many`, (t) => {
      const { sound, play } = openSound();
      if (channels === 2) sound.setStereo(true);
      play(60);
      const file = openRecordedSound(codec, sound.channels);
      const pcm: Int16Array[] = [];
      const decoder = createOpusDecoder(channels);
      let bytes = 0;
      sound.addFileSink((samples, pts) => {
        for (const { data } of file.encode(samples, pts)) {
          bytes += data.length;
          if (codec === "opus")
            pcm.push((decoder.decode(data) ?? new Int16Array()).slice());
          if (codec === "pcm")
            pcm.push(
              Int16Array.from({ length: data.length / 2 }, (_, i) =>
                data.readInt16LE(2 * i),
              ),
            );
        }
      });
      t.is(file.format.channels, channels);
      for (const stereo of [channels === 1, channels === 2]) {
        play(50);
        sound.setStereo(stereo);
      }
      play(50);
      t.true(bytes > 0);
      if (codec !== "aac") {
        const heard = join(pcm);
        t.is(heard.length, 150 * TICK_SAMPLES * channels);
        for (let c = 0; c < channels; c++) {
          const one = channelOf(heard, c, channels).subarray(4800);
          t.deepEqual(gaps(one), []);
          t.true(largestBend(one) < 3 * TONES);
        }
      }
      decoder.close();
      file.end();
      sound.close();
    });
