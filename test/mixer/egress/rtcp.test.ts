import test from "ava";
import {
  ntpMiddle,
  parseRtcp,
  SENDER_REPORT_SIZE,
  writeSenderReport,
  type ReportBlock,
} from "../../../mixer/egress/rtcp.js";

const read = (packet: Buffer) => {
  const seen = {
    nacks: [] as number[],
    keys: [] as number[],
    estimates: [] as number[],
    reports: [] as ReportBlock[],
    byes: 0,
  };
  parseRtcp(packet, {
    nack: (_ssrc, sequence) => seen.nacks.push(sequence),
    keyRequest: (ssrc) => seen.keys.push(ssrc),
    estimate: (bits) => seen.estimates.push(bits),
    report: (block) => seen.reports.push(block),
    transport: () => undefined,
    bye: () => seen.byes++,
  });
  return seen;
};

const hex = (text: string): Buffer =>
  Buffer.from(text.replace(/\s/g, ""), "hex");

test("a NACK names its sequence number and each one of its mask, across the wrap", (t) => {
  const nack = hex("81cd0003 00000001 00000002 fffe8003");
  t.deepEqual(read(nack).nacks, [0xfffe, 0xffff, 0, 0x0e]);
});

test("PLI and FIR both ask for a key frame of the media they name", (t) => {
  const pli = hex("81ce0002 00000001 00001234");
  const fir = hex("84ce0004 00000001 00000000 00005678 01000000");
  t.deepEqual(read(Buffer.concat([pli, fir])).keys, [0x1234, 0x5678]);
});

test("a REMB tells bits per second", (t) => {
  // Exponent 3, mantissa 200000.
  const remb = hex("8fce0005 00000001 00000000 52454d42 010f0d40 00001234");
  t.deepEqual(read(remb).estimates, [1_600_000]);
});

test("a receiver report gives loss, jitter and what a round trip is computed from", (t) => {
  const report = hex(
    "81c90007 00000001 00001234 40000005 00010010 000000f0 aabbccdd 00008000",
  );
  t.deepEqual(read(report).reports, [
    {
      ssrc: 0x1234,
      lost: 0.25,
      jitter: 240,
      lastReport: 0xaabbccdd,
      delay: 0x8000,
    },
  ]);
});

for (const [what, packet] of [
  ["an empty packet", ""],
  ["a length beyond the end", "81cd00ff 00000001"],
  ["a NACK without entries", "81cd0002 00000001 00000002"],
  ["reports that are cut off", "9fc90001 00000001"],
  ["an unknown type", "80ff0001 00000001"],
] as const)
  test(`${what} is left out without harm`, (t) => {
    const seen = read(hex(packet));
    t.is(seen.nacks.length + seen.keys.length + seen.reports.length, 0);
  });

test("a sender report ties the timestamp to NTP time and names its source", (t) => {
  const packet = Buffer.alloc(SENDER_REPORT_SIZE);
  const wallMs = Date.UTC(2026, 0, 1) + 500;
  writeSenderReport(packet, {
    ssrc: 7,
    wallMs,
    timestamp: 90_000,
    packets: 3,
    octets: 99,
  });
  t.is(packet.readUInt32BE(8), Date.UTC(2026, 0, 1) / 1000 + 2_208_988_800);
  t.is(packet.readUInt32BE(12), 0x80000000);
  t.is(packet.readUInt32BE(16), 90_000);
  t.is(packet.toString("latin1", 38, 43), "tutti");
  t.is(packet.length % 4, 0);
  t.is(ntpMiddle(wallMs) & 0xffff, 0x8000);
  t.is(read(packet).reports.length, 0);
});
