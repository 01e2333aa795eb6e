import test from "ava";
import { Gate } from "../../../../mixer/ingest/rtp/gate.js";

const A = { address: "10.0.0.1", port: 5000 };
const open = (address?: string): Gate =>
  new Gate({
    address,
    isAllowed: (one) => one.startsWith("10."),
    payloadType: 8,
    srtp: undefined,
  });

const packet = (
  sequence: number,
  { ssrc = 7, type = 8, first = 0x80 } = {},
) => {
  const data = Buffer.alloc(20, 1);
  data[0] = first;
  data[1] = type;
  data.writeUInt16BE(sequence, 2);
  data.writeUInt32BE(ssrc, 8);
  return data;
};

test("two packets in a row are believed, one is not", (t) => {
  const gate = open();
  t.is(gate.let(packet(1), A, 0), undefined);
  t.is(gate.let(packet(9), A, 0), undefined);
  const let10 = gate.let(packet(10), A, 0);
  t.like(let10, { sequence: 10, ssrc: 7, first: true });
  t.is(let10?.payload.length, 8);
  t.false(gate.let(packet(11), A, 0)!.first);
  t.deepEqual(gate.from, A);
});

for (const [what, from] of [
  ["another address", { address: "10.0.0.2", port: 5000 }],
  ["another port", { address: "10.0.0.1", port: 5001 }],
] as const)
  test(`${what} is foreign while the source is heard`, (t) => {
    const gate = open();
    for (const n of [1, 2, 3]) gate.let(packet(n), A, 0);
    for (const n of [4, 5, 6]) t.is(gate.let(packet(n), from, 1000), undefined);
    t.is(gate.counts.foreign, 3);
    t.deepEqual(gate.from, A);
  });

test("after silence another port of the address takes over, another address never", (t) => {
  const gate = open();
  for (const n of [1, 2]) gate.let(packet(n), A, 0);
  const later = 3_000_000;
  const other = { address: "10.0.0.2", port: 5000 };
  for (const n of [3, 4]) t.falsy(gate.let(packet(n), other, later));
  const moved = { ...A, port: 6000 };
  t.falsy(gate.let(packet(5), moved, later));
  t.truthy(gate.let(packet(6), moved, later));
  t.deepEqual(gate.from, moved);
});

test("only the agreed address, or one that is allowed, may be the source", (t) => {
  const gate = open("10.0.0.3");
  for (const n of [1, 2]) t.falsy(gate.let(packet(n), A, 0));
  const learning = open();
  const far = { address: "11.0.0.1", port: 1 };
  for (const n of [1, 2]) t.falsy(learning.let(packet(n), far, 0));
  t.is(gate.counts.foreign + learning.counts.foreign, 4);
});

test("another SSRC from the source is a sender that began anew", (t) => {
  const gate = open();
  for (const n of [1, 2]) gate.let(packet(n), A, 0);
  t.falsy(gate.let(packet(70, { ssrc: 8 }), A, 0));
  t.true(gate.let(packet(71, { ssrc: 8 }), A, 0)?.first);
});

for (const [what, data] of [
  ["nothing", Buffer.alloc(0)],
  ["a short one", packet(1).subarray(0, 11)],
  ["another version", packet(1, { first: 0x40 })],
  ["another payload type", packet(1, { type: 9 })],
  ["more contributing sources than bytes", packet(1, { first: 0x8f })],
  ["an extension beyond the end", packet(1, { first: 0x90 })],
  [
    "more padding than bytes",
    Buffer.concat([packet(1, { first: 0xa0 }), Buffer.of(200)]),
  ],
] as const)
  test(`${what} is invalid`, (t) => {
    const gate = open();
    t.is(gate.let(data, A, 0), undefined);
    t.is(gate.counts.invalid, 1);
  });
