/** What listeners with losses get, and what those beside them keep; what is heard of it when it changes; silence. */
import test, { type ExecutionContext } from "ava";
import { RTP_HEADER } from "../../../mixer/egress/rtp.js";
import { SoundRendition } from "../../../mixer/room/sound-rendition.js";
import { decodeAudio } from "../../helpers/decode.js";
import {
  consecutive,
  FIELDS,
  openLeg,
  type OpenedLeg,
} from "../../helpers/leg.js";
import { readRed } from "../../helpers/red.js";

const TICK = 20_000;
const SAMPLES = 960;
const LEVEL = 8000;
const STEP = (2 * Math.PI * 440) / 48_000;
const REDUNDANT = { ...FIELDS, redundantType: 63 };
/** Later than any report, so that the next one counts. */
const LATER = 40_000_000;

const tone = (tick: number): Int16Array =>
  Int16Array.from({ length: SAMPLES }, (_, n) =>
    Math.round(LEVEL * Math.sin(STEP * (tick * SAMPLES + n))),
  );
const SILENCE = new Int16Array(SAMPLES);

const open = (t: ExecutionContext, before?: SoundRendition) => {
  const rendition = new SoundRendition(1, before?.heard);
  t.teardown(() => rendition.close());
  let tick = 0;
  const write = (ticks: number, samples: (tick: number) => Int16Array) => {
    for (let n = 0; n < ticks; n++, tick++)
      rendition.write(samples(tick), tick * TICK);
  };
  return {
    rendition,
    play: (ticks: number) => write(ticks, tone),
    rest: (ticks: number) => write(ticks, () => SILENCE),
    join: (fields = FIELDS): OpenedLeg => {
      const opened = openLeg(fields);
      rendition.add(opened.leg);
      return opened;
    },
  };
};

/** Plain and RED packets as a receiver without losses plays them. */
const newest = (packet: Buffer): Buffer =>
  (packet[1]! & 0x7f) === REDUNDANT.redundantType
    ? readRed(packet).at(-1)!.data
    : packet.subarray(RTP_HEADER);
const packetsOf = ({ sent }: OpenedLeg): Buffer[] => sent.map(newest);
const hear = (opened: OpenedLeg): Int16Array =>
  decodeAudio("libopus", packetsOf(opened));
/** RFC 6716 §3.1: from 16 on there is no SILK, which FEC needs. */
const isGuarded = (packet: Buffer): boolean => packet[0]! >> 3 < 16;

/**
 * The loudest that is not the tone in any 5 ms, in dB of the tone: the best fit of a sine of its pitch is taken out of each.
 */
const bursts = (samples: Int16Array, from: number): number => {
  const size = 240;
  let most = 0;
  for (let at = from; at + size <= samples.length; at += size) {
    const part = samples.subarray(at, at + size);
    most = Math.max(most, residual(part));
  }
  return 20 * Math.log10(most / (LEVEL / Math.SQRT2));
};

const residual = (part: Int16Array): number => {
  let [ss, sc, cc, sx, cx, xx] = [0, 0, 0, 0, 0, 0];
  for (const [n, x] of part.entries()) {
    const [s, c] = [Math.sin(STEP * n), Math.cos(STEP * n)];
    ss += s * s;
    sc += s * c;
    cc += c * c;
    sx += s * x;
    cx += c * x;
    xx += x * x;
  }
  const d = ss * cc - sc * sc;
  const a = (sx * cc - cx * sc) / d;
  const b = (cx * ss - sx * sc) / d;
  return Math.sqrt(Math.max(0, xx - a * sx - b * cx) / part.length);
};

test("without losses nobody pays for FEC; who loses packets and does not know RED gets it on an encode of its own", (t) => {
  const { rendition, join, play } = open(t);
  const [good, bad] = [join(), join()];
  play(15);
  t.is(rendition.encoders, 1);
  bad.leg.shield.report(0.2, 0);
  play(15);
  t.is(rendition.encoders, 2);
  t.false(packetsOf(good).some(isGuarded));
  t.true(packetsOf(bad).slice(15).every(isGuarded));
  bad.leg.shield.report(0, LATER);
  bad.leg.shield.report(0, 2 * LATER);
  play(15);
  t.is(rendition.encoders, 1);
  t.false(packetsOf(bad).slice(30).some(isGuarded));
  t.true(consecutive(bad.sequences()));
});

test("who knows RED gets earlier packets along, by what it loses, of the encode that all have", (t) => {
  const { rendition, join, play } = open(t);
  const [good, bad, worse] = [join(), join(REDUNDANT), join(REDUNDANT)];
  bad.leg.shield.report(0.03, 0);
  worse.leg.shield.report(0.2, 0);
  play(30);
  t.is(rendition.encoders, 1);
  const blocks = ({ sent }: OpenedLeg) => readRed(sent.at(-1)!);
  t.is(blocks(bad).length, 2);
  t.is(blocks(worse).length, 3);
  t.deepEqual(
    blocks(worse).map(({ data }) => data),
    packetsOf(good).slice(-3),
  );
  t.deepEqual(
    blocks(worse).map(({ age }) => age),
    [2 * SAMPLES, SAMPLES, 0],
  );
});

test("a tone goes through RED on and off without a burst: under -40 dB beside it", (t) => {
  const { join, play } = open(t);
  const heard = join(REDUNDANT);
  play(30);
  for (const [n, lost] of [0.03, 0.2, 0, 0].entries()) {
    heard.leg.shield.report(lost, n * LATER);
    play(30);
  }
  const types = new Set(heard.sent.map((packet) => packet[1]));
  t.deepEqual(types, new Set([FIELDS.payloadType, REDUNDANT.redundantType]));
  t.true(consecutive(heard.sequences()));
  const most = bursts(hear(heard), 4 * SAMPLES);
  t.log(`${most.toFixed(1)} dB`);
  t.true(most < -40);
});

test("an encode that begins in the midst of a tone is not heard: under -40 dB", (t) => {
  const former = open(t);
  const { leg, ...rest } = former.join();
  former.play(30);
  const next = new SoundRendition(1, former.rendition.heard);
  t.teardown(() => next.close());
  former.rendition.remove(leg);
  next.add(leg);
  for (let tick = 30; tick < 60; tick++) next.write(tone(tick), tick * TICK);
  const most = bursts(hear({ leg, ...rest }), 4 * SAMPLES);
  t.log(`${most.toFixed(1)} dB`);
  t.true(most < -40);
});

test("FEC on and off, and lean sound, are heard for 5 ms at most: under -15 dB beside a tone, -30 after it", (t) => {
  const { join, play } = open(t);
  const heard = join();
  play(30);
  heard.leg.shield.report(0.2, 0);
  play(30);
  heard.leg.shield.report(0, LATER);
  heard.leg.shield.report(0, 2 * LATER);
  play(30);
  heard.leg.lean = true;
  play(30);
  const samples = hear(heard);
  for (const at of [30, 60, 90]) {
    // libopus looks ahead 6.5 ms, of which half is in the packet before.
    const whole = samples.subarray(0, (at + 29) * SAMPLES);
    const most = bursts(
      whole.subarray(0, (at + 3) * SAMPLES),
      (at - 1) * SAMPLES,
    );
    const after = bursts(whole, at * SAMPLES + 960);
    t.log(`${at}: ${most.toFixed(1)} dB, then ${after.toFixed(1)}`);
    t.true(most < -15 && after < -30);
  }
});

test("silence is one packet in 400 ms, of a byte, and sound comes back in its time", (t) => {
  const { join, play, rest } = open(t);
  const heard = join();
  play(10);
  rest(110);
  const quiet = heard.sent.slice(20);
  t.true(quiet.length >= 5 && quiet.length <= 7, `${quiet.length}`);
  t.true(quiet.every(({ length }) => length === RTP_HEADER + 1));
  play(10);
  t.true(consecutive(heard.sequences()));
  const times = heard.timestamps();
  t.is(times.at(-10)! - times[0]!, 120 * SAMPLES);
  t.is(times.at(-1)! - times[0]!, 129 * SAMPLES);
});

test("lean silence thins out as well, by whole packets: no tick of what follows is lost", (t) => {
  const { join, play, rest } = open(t);
  const heard = join();
  heard.leg.lean = true;
  play(30);
  rest(100);
  play(32);
  const lengths = heard.sent.map(({ length }) => length - RTP_HEADER);
  const thin = lengths.filter((length) => length === 1).length;
  t.true(thin >= 4 && thin <= 8, `${thin}`);
  // Ticks 129 to 131 are a packet: one of silence, two of tone.
  const first = lengths.findLastIndex((length) => length === 1) + 1;
  t.is(heard.timestamps()[first]! - heard.timestamps()[0]!, 129 * SAMPLES);
});

test("a line that may not know DTX gets silence in full", (t) => {
  const { join, rest } = open(t);
  const heard = join();
  heard.leg.shield.steady = true;
  rest(100);
  t.is(heard.sent.length, 100);
});

test("what is paced by sound goes on in silence", (t) => {
  const { join, rest } = open(t);
  const heard = join();
  let ticks = 0;
  const tick = (): void => void ticks++;
  heard.leg.companion = { tick } as unknown as OpenedLeg["leg"];
  rest(100);
  t.true(ticks >= 100, `${ticks}`);
});
