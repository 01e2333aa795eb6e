/** RED as a receiver reads it (RFC 2198). */
import test from "ava";
import { RTP_HEADER, stampRedundant } from "../../../mixer/egress/rtp.js";
import { createRedPacketizer } from "../../../mixer/egress/packetizer-red.js";
import { FIELDS } from "../../helpers/leg.js";
import { readRed, type RedBlock } from "../../helpers/red.js";

const STAMP = { ...FIELDS, payloadType: 111, redundantType: 63 };

const open = (depth: number) => {
  const packetize = createRedPacketizer(depth, 48_000);
  return (text: string, ms: number): RedBlock[] => {
    const packets: Buffer[] = [];
    const unit = { data: Buffer.from(text), key: true, pts: 1000 * ms };
    packetize(unit, (size) => {
      packets.push(Buffer.alloc(RTP_HEADER + size));
      return packets.at(-1)!;
    });
    stampRedundant(packets[0]!, STAMP);
    return readRed(packets[0]!);
  };
};

const texts = (blocks: RedBlock[]): string[] =>
  blocks.map(({ data, age }) => `${data.toString()} ${age}`);

test("each packet has those before it inside, oldest first, with their age", (t) => {
  const send = open(2);
  t.deepEqual(texts(send("a", 0)), ["a 0"]);
  t.deepEqual(texts(send("bb", 20)), ["a 960", "bb 0"]);
  t.deepEqual(texts(send("ccc", 40)), ["a 1920", "bb 960", "ccc 0"]);
  t.deepEqual(texts(send("d", 60)), ["bb 1920", "ccc 960", "d 0"]);
  t.true(send("e", 80).every(({ payloadType }) => payloadType === 111));
});

test("what is too old or too large for the format is left out", (t) => {
  const send = open(2);
  send("old", 0);
  t.deepEqual(texts(send("new", 400)), ["new 0"]);
  t.is(send("l".repeat(1024), 420).length, 2);
  t.deepEqual(texts(send("small", 440)), ["small 0"]);
  t.is(send("m".repeat(600), 460).length, 2);
  t.is(send("n".repeat(600), 480).length, 1, "1200 bytes are too many");
});

test("a leg's payload types are written over another's", (t) => {
  const packetize = createRedPacketizer(1, 48_000);
  let packet = Buffer.alloc(0);
  for (const pts of [0, 20_000])
    packetize({ data: Buffer.from("x"), key: true, pts }, (size) => {
      return (packet = Buffer.alloc(RTP_HEADER + size));
    });
  for (const [payloadType, redundantType] of [
    [111, 63],
    [109, 120],
  ] as const) {
    stampRedundant(packet, { ...STAMP, payloadType, redundantType });
    t.is(packet[1], redundantType);
    t.deepEqual(
      readRed(packet).map((block) => block.payloadType),
      [payloadType, payloadType],
    );
  }
});
