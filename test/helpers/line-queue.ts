/** A line in simulated time: a queue in front of so many bits per second. No clock, no I/O. */
import type { Micros } from "../../mixer/media.js";
import type { Arrival } from "./transport-feedback.js";

export type LineModel = {
  /** Bits per second of IP packets at this time, in seconds. */
  carries: (seconds: number) => number;
  /** How long a packet may wait before the queue is full: 300. */
  queueMs?: number;
  /** Fraction lost at random, whatever is sent; 0. */
  loss?: number;
  /** Random extra delay of each packet, at most; 0 ms. Packets stay in order. */
  jitterMs?: number;
  /** Whether the sender's, or the receiver's, process gets no time of its processor at this time, in seconds. */
  stalls?: {
    sender?: (seconds: number) => boolean;
    receiver?: (seconds: number) => boolean;
  };
  /** The receiver tells what came this often: 100. */
  feedbackMs?: number;
  seconds: number;
};

export const STEP: Micros = 1000;

/** The same every time. */
const createRandom = (): (() => number) => {
  let seed = 1;
  return () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return seed / 0x7fffffff;
  };
};

export type Packet = {
  number: number;
  bytes: number;
  arrived: (at: Micros) => void;
};

/** Queue and way: a packet leaves when the line has carried all before it. */
export const createLine = (model: LineModel) => {
  const { carries, queueMs = 300, loss = 0, jitterMs = 0, stalls } = model;
  const random = createRandom();
  const queue: Packet[] = [];
  /** Come, but not seen by the receiver's process. */
  const waiting: Packet[] = [];
  const arrivals: Arrival[] = [];
  let queued = 0;
  let credit = 0;
  let last: Micros = 0;
  const arrive = ({ number, arrived }: Packet, at: Micros): void => {
    if (random() < loss) return;
    last = Math.max(last, at + 1000 * jitterMs * random());
    arrivals.push({ number, at: last });
    arrived(last);
  };
  return {
    put: (packet: Packet, at: Micros): void => {
      const most = (carries(at / 1e6) * queueMs) / 8000;
      if (queue.length > 0 && queued + packet.bytes > most) return;
      queue.push(packet);
      queued += packet.bytes;
    },
    step: (at: Micros): void => {
      while (!stalls?.receiver?.(at / 1e6) && waiting[0] !== undefined)
        arrive(waiting.shift()!, at);
      credit += (carries(at / 1e6) * STEP) / 8e6;
      for (let head = queue[0]; head && credit >= 0; head = queue[0]) {
        queue.shift();
        queued -= head.bytes;
        credit -= head.bytes;
        waiting.push(head);
      }
      if (queue.length === 0) credit = Math.min(credit, 0);
    },
    /** What has come since the last time. */
    take: (now: Micros): Arrival[] => {
      const later = arrivals.findIndex(({ at }) => at > now);
      return arrivals.splice(0, later === -1 ? arrivals.length : later);
    },
  };
};
