/** The latest packets of one stream, shared by all its legs. Pure. */
import { MAX_PACKET, RTP_HEADER, writeHeader } from "./rtp.js";

/**
 * A ring of packets in one slab, allocated once.
 *
 * - Positions count packets since the start and never wrap; `head` is the next one.
 * - A packet stays valid until `capacity` newer ones were added.
 * - Everybody may stamp a packet's leg fields and its picture id; the rest of the payload is never changed.
 */
export type History = {
  readonly head: number;
  /** The oldest position still there. */
  readonly tail: number;
  /** A unit begins: what is added from now on has this RTP timestamp and the next picture number. */
  begin: (timestamp: number) => void;
  /** Begins a packet for a payload of this many bytes; the caller fills it in. */
  add: (payload: number, marker: boolean) => Buffer;
  /** The packet at this position, undefined if it is gone or not there yet. */
  at: (position: number) => Buffer | undefined;
  /** RTP timestamp of a position that is there. */
  timestampAt: (position: number) => number;
  /** Number of the unit, counted since the start, of a position that is there. */
  pictureAt: (position: number) => number;
};

export const createHistory = (capacity: number): History => {
  const slab = Buffer.allocUnsafeSlow(capacity * MAX_PACKET);
  const packets = new Array<Buffer | undefined>(capacity).fill(undefined);
  const timestamps = new Uint32Array(capacity);
  const pictures = new Uint32Array(capacity);
  let head = 0;
  let picture = 0;
  let timestamp = 0;
  return {
    get head() {
      return head;
    },
    get tail() {
      return Math.max(0, head - capacity);
    },
    begin: (at) => {
      timestamp = at;
      picture++;
    },
    add: (payload, marker) => {
      const slot = head++ % capacity;
      const start = slot * MAX_PACKET;
      const packet = slab.subarray(start, start + RTP_HEADER + payload);
      packets[slot] = packet;
      timestamps[slot] = timestamp;
      pictures[slot] = picture;
      writeHeader(packet, marker);
      return packet;
    },
    at: (position) =>
      position < head && position >= head - capacity
        ? packets[position % capacity]
        : undefined,
    timestampAt: (position) => timestamps[position % capacity]!,
    pictureAt: (position) => pictures[position % capacity]!,
  };
};

/** Whether the packet at this position, which need not be there yet, is the first of a picture. */
export const beginsPicture = (history: History, position: number): boolean =>
  position === history.head ||
  position === 0 ||
  history.pictureAt(position) !== history.pictureAt(position - 1);
