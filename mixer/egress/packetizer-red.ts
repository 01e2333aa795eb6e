/** Sound with earlier packets inside each (RED, RFC 2198), for lines that lose some. Pure. */
import type { Micros } from "../media.js";
import type { Packetizer } from "./payload.js";
import { MAX_PAYLOAD, RED_HEADER, RTP_HEADER } from "./rtp.js";

/** What 14 and 10 bits hold: RTP ticks that an earlier packet is older, and its bytes. */
const MOST_AGE = (1 << 14) - 1;
const MOST_BYTES = (1 << 10) - 1;

type Earlier = { data: Buffer; pts: Micros };

/** The payload types are left 0: legs write theirs (`stampRedundant`). */
export const createRedPacketizer = (
  depth: number,
  clockRate: number,
): Packetizer => {
  /** Newest first. */
  const earlier: Earlier[] = [];
  const ageOf = (one: Earlier, pts: Micros): number =>
    Math.round(((pts - one.pts) * clockRate) / 1_000_000);
  /** How many of them are young and small enough: an unbroken run from the newest. */
  const fitting = (bytes: number, pts: Micros): number => {
    let [count, total] = [0, 1 + bytes];
    for (const one of earlier) {
      total += RED_HEADER + one.data.length;
      const fits = total <= MAX_PAYLOAD && one.data.length <= MOST_BYTES;
      if (!fits || ageOf(one, pts) > MOST_AGE) break;
      count++;
    }
    return count;
  };
  return ({ data, pts = 0 }, allocate) => {
    const count = fitting(data.length, pts);
    let size = 1 + data.length;
    for (let n = 0; n < count; n++)
      size += RED_HEADER + earlier[n]!.data.length;
    const packet = allocate(size, false);
    let header = RTP_HEADER;
    let body = RTP_HEADER + count * RED_HEADER + 1;
    for (let n = count - 1; n >= 0; n--, header += RED_HEADER) {
      const one = earlier[n]!;
      const word = (ageOf(one, pts) << 10) | one.data.length;
      packet.writeUInt32BE((0x8000_0000 | word) >>> 0, header);
      body += one.data.copy(packet, body);
    }
    packet[header] = 0;
    data.copy(packet, body);
    earlier.unshift({ data, pts });
    if (earlier.length > depth) earlier.pop();
  };
};
