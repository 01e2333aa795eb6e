import test from "ava";
import {
  createPacketizer,
  forEachNal,
} from "../../../mixer/egress/packetizer.js";
import { MAX_PACKET, RTP_HEADER } from "../../../mixer/egress/rtp.js";
import type { VideoCodec } from "../../../mixer/media.js";
import { av1Units } from "../../helpers/depacketize.js";

type Made = { payload: Buffer; marker: boolean };

const packetize = (
  codec: VideoCodec | "opus",
  unit: Buffer,
  key = true,
): Made[] => {
  const made: { packet: Buffer; marker: boolean }[] = [];
  createPacketizer(codec)({ data: unit, key }, (payload, marker) => {
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
  t.true(packets.every(({ payload }) => payload[1] === 0x80));
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

test("a VP9 picture says where it begins and ends, and whether it needs the one before", (t) => {
  const unit = Buffer.alloc(3000, 7);
  for (const [key, bytes] of [
    [true, [0x88, 0x80, 0x84]],
    [false, [0xc8, 0xc0, 0xc4]],
  ] as const) {
    const packets = packetize("vp9", unit, key);
    t.deepEqual(
      packets.map(({ payload }) => payload[0]),
      [...bytes],
    );
    t.deepEqual(
      Buffer.concat(packets.map(({ payload }) => payload.subarray(3))),
      unit,
    );
    t.true(packets.at(-1)!.marker);
  }
  t.is(packetize("vp9", Buffer.alloc(100))[0]!.payload[0], 0x8c);
});

/** An open bitstream unit with a size field, as encoders write them. */
const obu = (type: number, size: number): Buffer => {
  const length =
    size < 0x80
      ? Buffer.from([size])
      : Buffer.from([(size & 0x7f) | 0x80, size >> 7]);
  const head = Buffer.from([(type << 3) | 0x02]);
  return Buffer.concat([head, length, Buffer.alloc(size, type)]);
};
const withoutSize = (type: number, size: number): Buffer =>
  Buffer.concat([Buffer.from([type << 3]), Buffer.alloc(size, type)]);

for (const [what, sizes] of [
  ["one packet", [11, 300]],
  ["many packets", [11, 5000, 40, 2000]],
  ["packets that end with a unit", [11, 1131, 1147]],
] as const)
  test(`AV1 units that fill ${what} come out as they went in, without delimiter, padding and sizes`, (t) => {
    const types = [1, 6, 5, 6];
    const unit = Buffer.concat([
      obu(2, 0),
      ...sizes.map((size, n) => obu(types[n]!, size)),
      obu(15, 30),
    ]);
    const packets = packetize("av1", unit);
    const payloads = packets.map(({ payload }) => payload);
    t.deepEqual(
      av1Units(payloads),
      sizes.map((size, n) => withoutSize(types[n]!, size)),
    );
    t.true(payloads.every((it) => RTP_HEADER + it.length <= MAX_PACKET));
    const heads = payloads.map((it) => it[0]!);
    for (const [n, head] of heads.entries()) {
      t.is((head & 0x08) !== 0, n === 0, "a new sequence");
      const goesOn = (heads[n - 1] ?? 0) & 0x40;
      t.is((head & 0x80) !== 0, goesOn !== 0, "continues what goes on");
      t.is(packets[n]!.marker, n === packets.length - 1);
    }
    t.is(heads.at(-1)! & 0x40, 0);
    t.is(packetize("av1", unit, false)[0]!.payload[0]! & 0x08, 0);
  });
