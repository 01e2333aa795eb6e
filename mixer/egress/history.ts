/** The latest packets of one stream, shared by all its legs. Pure. */
import { MAX_PACKET, RTP_HEADER, writeHeader } from "./rtp.js";

/**
 * A ring of packets in one slab, allocated once.
 *
 * - Positions count packets since the start and never wrap; `head` is the next one.
 * - A packet stays valid until `capacity` newer ones were added.
 * - Everybody may stamp a packet's leg fields; the payload is never changed.
 */
export type History = {
  readonly head: number;
  /** The oldest position still there. */
  readonly tail: number;
  /** Begins a packet for a payload of this many bytes; the caller fills it in. */
  add: (payload: number, marker: boolean, timestamp: number) => Buffer;
  /** The packet at this position, undefined if it is gone or not there yet. */
  at: (position: number) => Buffer | undefined;
};

export const createHistory = (capacity: number): History => {
  const slab = Buffer.allocUnsafeSlow(capacity * MAX_PACKET);
  const packets = new Array<Buffer | undefined>(capacity).fill(undefined);
  let head = 0;
  return {
    get head() {
      return head;
    },
    get tail() {
      return Math.max(0, head - capacity);
    },
    add: (payload, marker, timestamp) => {
      const slot = head++ % capacity;
      const start = slot * MAX_PACKET;
      const packet = slab.subarray(start, start + RTP_HEADER + payload);
      packets[slot] = packet;
      writeHeader(packet, marker, timestamp);
      return packet;
    },
    at: (position) =>
      position < head && position >= head - capacity
        ? packets[position % capacity]
        : undefined,
  };
};
