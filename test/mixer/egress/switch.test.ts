/** A leg that goes from stream to stream, as the ladder and other views make it. */
import test from "ava";
import type { VideoCodec } from "../../../mixer/media.js";
import { EgressStream } from "../../../mixer/egress/stream.js";
import { RTP_HEADER } from "../../../mixer/egress/rtp.js";
import { consecutive, openLeg } from "../../helpers/leg.js";

const FRAME = 33_333;

/** Its units' bytes are all `mark`; `left` counts the legs that went on by themselves. */
const openStream = (
  mark: number,
  { codec = "vp8" as VideoCodec, bitrate = 1_500_000, stills = false } = {},
) => {
  const left = { count: 0 };
  const stream = new EgressStream({
    codec,
    clockRate: 90_000,
    rate: { bitrate, stills },
    onLeft: () => left.count++,
  });
  const write = (frame: number, key = false, size = 50): void =>
    stream.write({
      data: Buffer.alloc(size, mark),
      pts: Math.round(frame * FRAME),
      key,
    });
  return { stream, write, left };
};

const marksOf = (sent: readonly Buffer[]): number[] =>
  sent.map((packet) => packet.at(-1)!);
const pictureIds = (sent: readonly Buffer[], offset: number): number[] =>
  sent.map((packet) => packet.readUInt16BE(RTP_HEADER + offset) & 0x7fff);

test("it goes on with the old stream until the new one has a key frame, and misses nothing", (t) => {
  const [old, next] = [openStream(1), openStream(2)];
  const { leg, sent, sequences } = openLeg();
  old.stream.add(leg);
  for (let frame = 0; frame < 3; frame++) old.write(frame, frame === 0);
  next.stream.add(leg);
  t.true(next.stream.keyWanted);
  t.true(next.stream.keyUrgent);
  next.write(3);
  old.write(3);
  t.is(leg.source, old.stream);
  next.write(4, true);
  old.write(4);
  next.write(5);
  t.deepEqual(marksOf(sent), [1, 1, 1, 1, 2, 2]);
  t.true(consecutive(sequences()));
  t.is(leg.source, next.stream);
  t.deepEqual([old.stream.legs.length, old.left.count], [0, 1]);
});

for (const [codec, offset] of [
  ["vp8", 2],
  ["vp9", 1],
] as const)
  test(`${codec}: picture ids go on by one over streams, and resent packets keep theirs`, (t) => {
    const [one, two] = [openStream(1, { codec }), openStream(2, { codec })];
    for (let frame = 0; frame < 40; frame++) two.write(frame, frame === 0);
    const { leg, sent, sequences } = openLeg();
    one.stream.add(leg);
    for (let frame = 40; frame < 44; frame++)
      one.write(frame, frame === 40, 2500);
    two.stream.add(leg);
    two.write(44, true);
    two.write(45);
    const ids = pictureIds(sent, offset);
    t.true(consecutive([...new Set(ids)]));
    t.is(new Set(ids).size, 6);
    leg.resend(sequences().at(-1)!, 0);
    t.deepEqual(
      sent.at(-1)!.subarray(RTP_HEADER),
      sent.at(-2)!.subarray(RTP_HEADER),
    );
  });

test("time never steps back, whichever stream is ahead", (t) => {
  const [one, two] = [openStream(1), openStream(2)];
  const { leg, timestamps } = openLeg();
  one.stream.add(leg);
  one.write(10, true);
  one.write(11);
  // The same picture once more, in another size.
  two.stream.add(leg);
  two.write(11, true);
  two.write(12);
  const times = timestamps();
  t.is(times.length, 4);
  t.true(times.every((time, n) => n === 0 || time > times[n - 1]!));
  t.true(times[3]! - 12 * 3000 <= 2, "and hardly forward");
});

test("a key frame from long before what was sent is not gone to", (t) => {
  const [one, two] = [openStream(1), openStream(2)];
  const { leg, sent } = openLeg();
  two.write(1, true);
  one.stream.add(leg);
  one.write(20, true);
  two.stream.add(leg);
  t.is(leg.source, one.stream);
  t.true(two.stream.keyWanted);
  two.write(21, true);
  t.deepEqual(marksOf(sent), [1, 2]);
});

test("going back before the switch changes nothing, and removal leaves no reader behind", (t) => {
  const [one, two, three] = [openStream(1), openStream(2), openStream(3)];
  const { leg, sent } = openLeg();
  one.stream.add(leg);
  one.write(0, true);
  two.stream.add(leg);
  three.stream.add(leg);
  one.stream.add(leg);
  t.deepEqual(
    [one, two, three].map(({ stream }) => stream.legs.length),
    [1, 0, 0],
  );
  two.write(1, true);
  one.write(1);
  t.deepEqual(marksOf(sent), [1, 1]);
  three.stream.add(leg);
  leg.detach();
  t.deepEqual(
    [one, three].map(({ stream }) => stream.legs.length),
    [0, 0],
  );
  one.write(2, true);
  three.write(2, true);
  t.is(sent.length, 2);
});

test("a stream that is taken away lets the leg go to where it was going", (t) => {
  const [one, two] = [openStream(1), openStream(2)];
  const { leg, sent } = openLeg();
  one.stream.add(leg);
  one.write(0, true);
  two.stream.add(leg);
  one.stream.close();
  two.write(1, true);
  t.deepEqual(marksOf(sent), [1, 2]);
});

test("a full line gets nothing of a stream that is much too large, and then the smaller one", (t) => {
  const [large, small] = [openStream(1), openStream(2, { bitrate: 450_000 })];
  const { leg, sent } = openLeg();
  large.stream.add(leg);
  large.write(0, true);
  const at = performance.now() * 1000;
  leg.brake(1_200_000, at);
  large.write(1);
  t.is(sent.length, 2, "it nearly fits");
  leg.brake(100_000, at);
  large.write(2);
  small.stream.add(leg);
  small.write(3, true);
  t.is(sent.length, 2, "the queue empties first");
  leg.release(performance.now() * 1000);
  t.true(small.stream.keyWanted);
  small.write(4, true);
  t.deepEqual(marksOf(sent), [1, 1, 2]);
});

test("pictures that are held follow little by little, whole and in order", (t) => {
  const { stream, write } = openStream(1, { bitrate: 1_000_000 });
  const { leg, sent, sequences } = openLeg();
  stream.add(leg);
  write(0, true, 2000);
  const [before, at] = [sent.length, performance.now() * 1000];
  leg.heldUntil = Infinity;
  for (let frame = 1; frame < 10; frame++) write(frame, false, 2000);
  t.is(sent.length, before);
  leg.heldUntil = 0;
  leg.tick(at + 40_000);
  t.true(sent.length > before && sent.length < before + 9);
  // 20 kB at 1.5 Mbit/s.
  for (let ms = 60; ms < 240; ms += 20) leg.tick(at + 1000 * ms);
  t.is(sent.length, 10 * before);
  t.true(consecutive(sequences()));
});

test("a lost packet is sent again once a round trip, and no more than the stream's share", (t) => {
  const { stream, write } = openStream(1, { bitrate: 400_000 });
  const { leg, sent, sequences, counters } = openLeg();
  stream.add(leg);
  for (let frame = 0; frame < 60; frame++) write(frame, frame === 0, 1000);
  const numbers = sequences();
  for (const at of [0, 1000, 20_000]) leg.resend(numbers[30]!, at);
  t.is(counters.packetsResent, 1);
  leg.resend(numbers[30]!, 300_000);
  t.is(counters.packetsResent, 2);
  const before = sent.length;
  for (const number of numbers) leg.resend(number, 310_000);
  // Half a second of half its rate: 12.5 kB.
  t.true(sent.length - before < 15, `${sent.length - before}`);
});

test("padding takes sequence numbers between pictures, and lost packets are still found", (t) => {
  const { stream, write } = openStream(1);
  const { leg, sent, sequences } = openLeg();
  stream.add(leg);
  write(0, true, 1500);
  leg.probe(1_000_000, 200_000, 0);
  leg.tick(20_000);
  const padding = sent.filter((packet) => (packet[0]! & 0x20) !== 0);
  t.true(padding.length > 0);
  t.true(
    padding.every((packet) => packet.at(-1) === packet.length - RTP_HEADER),
  );
  write(1);
  t.true(consecutive(sequences()));
  const [first, middle, last] = [0, sent.indexOf(padding[0]!), sent.length - 1];
  const numbers = sequences();
  for (const index of [first, middle, last])
    leg.resend(numbers[index]!, (index + 1) * 100_000);
  const again = sent.slice(-3);
  t.deepEqual(
    again.map((packet) => packet.readUInt16BE(2)),
    [first, middle, last].map((index) => numbers[index]!),
  );
  t.deepEqual(again[0]!.subarray(RTP_HEADER), sent[0]!.subarray(RTP_HEADER));
  t.true((again[1]![0]! & 0x20) !== 0);
});

test("a rate that is tried out doubles in a second, from what is sent", (t) => {
  const { leg, sent } = openLeg();
  leg.probe(1_000_000, 200_000, 0);
  const bitsUntil = (from: number, to: number): number => {
    const before = sent.length;
    for (let at = from; at < to; at += 20_000) leg.tick(at);
    const bytes = sent
      .slice(before)
      .reduce((sum, it) => sum + it.length + 38, 0);
    return 8 * bytes;
  };
  const seconds = [0, 1, 2, 3].map((second) =>
    bitsUntil(second * 1e6, (second + 1) * 1e6),
  );
  t.true(Math.abs(seconds[0]! / 288_000 - 1) < 0.1, `${seconds[0]}`);
  t.true(Math.abs(seconds[1]! / 577_000 - 1) < 0.1, `${seconds[1]}`);
  t.true(Math.abs(seconds[3]! / 1_000_000 - 1) < 0.1, `${seconds[3]}`);
  leg.probe(0, 0, 4e6);
  t.is(bitsUntil(4e6, 5e6), 0);
});

test("stills go out evenly, say when they will have come, and the newest one is next", (t) => {
  const { stream, write } = openStream(1, { bitrate: 40_000, stills: true });
  const { leg, sent, timestamps, sequences } = openLeg();
  leg.allowance = 40_000;
  stream.add(leg);
  const start = performance.now() * 1000;
  stream.write({ data: Buffer.alloc(5000, 1), pts: start, key: true });
  const early = sent.length;
  t.true(early < 3, `${early} packets at once`);
  write(0, true);
  stream.write({
    data: Buffer.alloc(3000, 3),
    pts: start + 100_000,
    key: true,
  });
  for (let at = start; at < start + 3e6; at += 20_000) leg.tick(at);
  t.deepEqual(marksOf(sent), [...Array(11).fill(1), ...Array(7).fill(3)]);
  t.true(consecutive(sequences()));
  const [first, last] = [timestamps()[0]!, timestamps().at(-1)!];
  const whole = (first - start * 0.09) / 90_000;
  t.true(whole > 0.9 && whole < 1.4, `${whole} s for 5 kB at 40 kbit/s`);
  t.true(last > first);
});
