import test from "ava";
import {
  createPacketizer,
  forEachNal,
} from "../../../mixer/egress/packetizer.js";
import { MAX_PACKET, RTP_HEADER } from "../../../mixer/egress/rtp.js";

type Made = { payload: Buffer; marker: boolean };

const packetize = (codec: "opus" | "vp8" | "h264", unit: Buffer): Made[] => {
  const made: { packet: Buffer; marker: boolean }[] = [];
  createPacketizer(codec)({ data: unit, key: true }, (payload, marker) => {
    const packet = Buffer.alloc(RTP_HEADER + payload);
    made.push({ packet, marker });
    return packet;
  });
  return made.map(({ packet, marker }) => ({
    payload: packet.subarray(RTP_HEADER),
    marker,
  }));
};

const nal = (type: number, size: number): Buffer =>
  Buffer.concat([Buffer.from([0x60 | type]), Buffer.alloc(size - 1, 0xa5)]);
const annexB = (...nals: Buffer[]): Buffer =>
  Buffer.concat(nals.flatMap((it) => [Buffer.from([0, 0, 0, 1]), it]));

/** What a receiver makes of the packets (RFC 6184). */
const depacketize = (packets: Made[]): Buffer[] => {
  const nals: Buffer[] = [];
  let parts: Buffer[] = [];
  for (const { payload } of packets) {
    const type = payload[0]! & 0x1f;
    if (type === 24)
      for (let at = 1; at < payload.length;) {
        const size = payload.readUInt16BE(at);
        nals.push(payload.subarray(at + 2, at + 2 + size));
        at += 2 + size;
      }
    else if (type === 28) {
      const header = (payload[0]! & 0xe0) | (payload[1]! & 0x1f);
      if (payload[1]! & 0x80) parts = [Buffer.from([header])];
      parts.push(payload.subarray(2));
      if (payload[1]! & 0x40) nals.push(Buffer.concat(parts));
    } else nals.push(payload);
  }
  return nals;
};

test("an H.264 access unit comes out of its packets as it went in, without SEI", (t) => {
  const nals = [nal(7, 12), nal(8, 6), nal(5, 5000), nal(5, 300)];
  const unit = annexB(nals[0]!, nals[1]!, nal(6, 40), nals[2]!, nals[3]!);
  const packets = packetize("h264", unit);
  t.deepEqual(depacketize(packets), nals);
  t.true(
    packets.every(({ payload }) => RTP_HEADER + payload.length <= MAX_PACKET),
  );
  t.deepEqual(
    packets.map(({ marker }) => marker),
    packets.map((_, index) => index === packets.length - 1),
  );
});

test("parameter sets share one packet", (t) => {
  const packets = packetize("h264", annexB(nal(7, 12), nal(8, 6), nal(5, 20)));
  t.is(packets.length, 2);
  t.is(packets[0]!.payload[0]! & 0x1f, 24);
});

test("a picture without parameter sets is just its slices", (t) => {
  const packets = packetize("h264", annexB(nal(1, 700)));
  t.deepEqual(depacketize(packets), [nal(1, 700)]);
  t.true(packets[0]!.marker);
});

test("NAL units are found behind three- and four-byte start codes, trailing zeros left out", (t) => {
  const unit = Buffer.from([
    0, 0, 1, 0x67, 1, 0, 0, 0, 1, 0x68, 2, 0, 0, 1, 0x65, 3,
  ]);
  const found: number[][] = [];
  forEachNal(unit, (start, end) => found.push([...unit.subarray(start, end)]));
  t.deepEqual(found, [
    [0x67, 1],
    [0x68, 2],
    [0x65, 3],
  ]);
});

test("a VP8 picture is cut into parts of equal size under one picture id, marked at its end", (t) => {
  const unit = Buffer.alloc(3000, 7);
  const packets = packetize("vp8", unit);
  t.is(packets.length, 3);
  t.deepEqual(
    packets.map(({ payload }) => payload[0]),
    [0x90, 0x80, 0x80],
  );
  t.is(new Set(packets.map(({ payload }) => payload.readUInt16BE(2))).size, 1);
  t.deepEqual(
    Buffer.concat(packets.map(({ payload }) => payload.subarray(4))),
    unit,
  );
  t.deepEqual(
    packets.map(({ marker }) => marker),
    [false, false, true],
  );
});

test("an Opus packet is its own payload", (t) => {
  const unit = Buffer.from([1, 2, 3]);
  t.deepEqual(packetize("opus", unit), [{ payload: unit, marker: false }]);
});
