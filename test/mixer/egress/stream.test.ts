import test from "ava";
import { EgressStream } from "../../../mixer/egress/stream.js";
import { RTP_HEADER } from "../../../mixer/egress/rtp.js";
import { consecutive, openLeg } from "../../helpers/leg.js";

const opus = () => new EgressStream({ codec: "opus", clockRate: 48_000 });
const vp8 = () => new EgressStream({ codec: "vp8", clockRate: 90_000 });
const unit = (pts: number, key = true, size = 50) => ({
  data: Buffer.alloc(size, pts & 0xff),
  pts,
  key,
});

test("every leg gets the same payload under its own payload type, SSRC and extension ids", (t) => {
  const stream = opus();
  const one = openLeg();
  const two = openLeg({
    payloadType: 111,
    ssrc: 9,
    sendTimeId: 0,
    playoutDelayId: 3,
    transportId: 0,
  });
  stream.add(one.leg);
  stream.add(two.leg);
  stream.write(unit(20_000));
  const [a, b] = [one.sent[0]!, two.sent[0]!];
  t.deepEqual(a.subarray(RTP_HEADER), b.subarray(RTP_HEADER));
  t.deepEqual([a[1]! & 0x7f, b[1]! & 0x7f], [96, 111]);
  t.deepEqual([a.readUInt32BE(8), b.readUInt32BE(8)], [7, 9]);
  t.is(a[16], 0x22);
  t.is(b.readUInt32BE(16), 0);
  t.is(b.readUInt32BE(20), 0x32005019);
  t.is(a.readUInt32BE(4), 960);
});

test("sequence numbers have no hole when a leg moves from stream to stream", (t) => {
  const { leg, sent, sequences } = openLeg();
  const [first, second] = [opus(), opus()];
  // More than the history holds: what lies there of old must not count.
  for (let i = 0; i < 100; i++) second.write(unit(i * 20_000));
  first.add(leg);
  first.write(unit(2_000_000));
  first.write(unit(2_020_000));
  first.remove(leg);
  second.add(leg);
  second.write(unit(2_040_000));
  second.write(unit(2_060_000));
  t.is(sequences().length, 4);
  t.true(consecutive(sequences()));
  t.deepEqual(
    sent.map((it) => it.readUInt32BE(4)),
    [96_000, 96_960, 97_920, 98_880],
  );
});

test("a picture starts with a key frame, and a newcomer asks for one", (t) => {
  const stream = vp8();
  const { leg, sent } = openLeg();
  stream.write(unit(0, false));
  stream.add(leg);
  t.true(stream.keyWanted);
  stream.write(unit(33_000, false));
  t.is(sent.length, 0);
  stream.write(unit(66_000, true));
  t.is(sent.length, 1);
  t.false(stream.keyWanted);
});

test("a newcomer shortly after a key frame is served from the history", (t) => {
  const stream = vp8();
  stream.write(unit(0, true));
  stream.write(unit(33_000, false));
  const { leg, sent, sequences } = openLeg();
  stream.add(leg);
  t.is(sent.length, 2);
  t.true(consecutive(sequences()));
  t.false(stream.keyWanted);
});

test("a NACK is answered with the same packet; what was never sent is not", (t) => {
  const stream = vp8();
  const { leg, sent, sequences, counters } = openLeg();
  stream.add(leg);
  for (let i = 0; i < 10; i++) stream.write(unit(i * 33_000, i === 0));
  const [before] = sequences();
  leg.resend((before! + 3) & 0xffff, 0);
  t.deepEqual(sent[10]!.subarray(RTP_HEADER), sent[3]!.subarray(RTP_HEADER));
  t.is(sequences()[10], (before! + 3) & 0xffff);
  leg.resend((before! - 1) & 0xffff, 0);
  leg.resend((before! + 10) & 0xffff, 0);
  t.is(sent.length, 11);
  t.is(counters.packetsResent, 1);
});

test("a leg that fell behind the history waits for a key frame and counts what it missed", (t) => {
  const stream = vp8();
  const { leg, sent, counters, line } = openLeg();
  stream.add(leg);
  stream.write(unit(0, true));
  line.open = false;
  for (let i = 1; i <= 1100; i++) stream.write(unit(i, false));
  line.open = true;
  stream.write(unit(1101, false));
  t.is(sent.length, 1);
  t.true(counters.packetsDropped > 0);
  t.true(stream.keyWanted);
  stream.write(unit(1102, true));
  t.is(sent.length, 2);
});

test("one leg's closed line costs the others nothing", (t) => {
  const stream = opus();
  const [good, bad] = [openLeg(), openLeg()];
  bad.line.open = false;
  stream.add(bad.leg);
  stream.add(good.leg);
  for (let i = 0; i < 200; i++) stream.write(unit(i * 20_000));
  t.is(good.sent.length, 200);
  t.is(bad.sent.length, 0);
});

test("a hundred legs are served in turns, each with every packet in order", async (t) => {
  const stream = opus();
  const legs = Array.from({ length: 100 }, () => openLeg());
  for (const { leg } of legs) stream.add(leg);
  await new Promise(setImmediate);
  for (let i = 0; i < 5; i++) stream.write(unit(i * 20_000));
  const served = () => legs.filter(({ sent }) => sent.length === 5).length;
  t.true(served() < 100);
  for (let i = 0; i < 10; i++) await new Promise(setImmediate);
  t.is(served(), 100);
  t.true(legs.every(({ sequences }) => consecutive(sequences())));
});
