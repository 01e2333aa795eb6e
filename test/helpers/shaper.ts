/** A narrow line: a token bucket with a queue in front of it, as `tc tbf` makes one. */

export type Line = {
  /** Of whole IP packets: 28 bytes of headers are added to each payload. */
  bitsPerSecond: number;
  /** How long a packet may wait; what would wait longer is lost (drop-tail, by bytes). 300 ms by default. */
  queueMs?: number;
  /** Added to each packet's way, whatever the queue. */
  delayMs?: number;
};

export type Shaper = {
  /** Takes a packet in, false = the queue is full. */
  put: (packet: Buffer) => boolean;
  set: (line: Line | undefined) => void;
  close: () => void;
};

/** IPv4 and UDP. */
const HEADERS = 28;
/** A home router's, between a good one's 50 ms and a bad one's seconds. */
const QUEUE_MS = 300;
/** Credit that an idle line saves: what it would have carried in this time. */
const BURST_MS = 4;

type Waiting = { packet: Buffer; bits: number; at: number };

export const createShaper = (
  initial: Line | undefined,
  send: (packet: Buffer) => void,
): Shaper => {
  const queue: Waiting[] = [];
  let line = initial;
  let queued = 0;
  let credit = 0;
  let toppedUp = performance.now();
  let timer: NodeJS.Timeout | undefined;

  /** A busy line gets all its time, however late the timer is; an idle one saves little. */
  const topUp = (now: number): void => {
    const rate = (line?.bitsPerSecond ?? 0) / 1000;
    credit += (now - toppedUp) * rate;
    if (queue.length === 0) credit = Math.min(credit, BURST_MS * rate);
    toppedUp = now;
  };
  /** Negative credit is a debt that the next packets wait for. */
  const mayGo = ({ at }: Waiting, now: number): boolean =>
    (line === undefined || credit >= 0) && at <= now;
  const drain = (): void => {
    timer = undefined;
    const now = performance.now();
    topUp(now);
    for (let head = queue[0]; head && mayGo(head, now); head = queue[0]) {
      queue.shift();
      queued -= head.bits;
      credit -= head.bits;
      send(head.packet);
    }
    if (queue.length > 0) timer = setTimeout(drain, 1);
  };
  return {
    put: (packet) => {
      const bits = 8 * (packet.length + HEADERS);
      const { bitsPerSecond = Infinity, queueMs = QUEUE_MS } = line ?? {};
      if (queued + bits > (bitsPerSecond * queueMs) / 1000) return false;
      const now = performance.now();
      topUp(now);
      const at = now + (line?.delayMs ?? 0);
      queue.push({ packet: Buffer.from(packet), bits, at });
      queued += bits;
      if (timer === undefined) drain();
      return true;
    },
    set: (next) => {
      topUp(performance.now());
      // Nothing is owed for what went while there was no limit.
      credit = line === undefined ? 0 : Math.min(credit, 0);
      line = next;
    },
    close: () => {
      clearTimeout(timer);
      queue.length = 0;
    },
  };
};
