/** A whole line in simulated time: a sender with its ladder, a narrow queue, and a receiver that tells what came. No clock, no I/O. */
import type { RungName } from "../../mixer/contract.js";
import { createCounters } from "../../mixer/counters.js";
import { createHistory } from "../../mixer/egress/history.js";
import { Leg } from "../../mixer/egress/leg.js";
import type { LegSource } from "../../mixer/egress/leg-source.js";
import { ToldMeter } from "../../mixer/egress/line-meter.js";
import { createWatch } from "../../mixer/egress/line-watch.js";
import type { Micros } from "../../mixer/media.js";
import {
  createLadder,
  rungsFor,
  type RungSpec,
} from "../../mixer/room/ladder.js";
import { createSqueeze } from "../../mixer/room/squeeze.js";
import { createFeedback, type Arrival } from "./transport-feedback.js";

export type LineModel = {
  /** Bits per second of IP packets at this time, in seconds. */
  carries: (seconds: number) => number;
  /** How long a packet may wait before the queue is full: 300. */
  queueMs?: number;
  /** Fraction lost at random, whatever is sent; 0. */
  loss?: number;
  /** Random extra delay of each packet, at most; 0 ms. Packets stay in order. */
  jitterMs?: number;
  seconds: number;
};

export type Moment = { at: number; rung: RungName };

export type LineReport = {
  /** Every change of the rung, in seconds. */
  moves: Moment[];
  /** Pictures whose last packet arrived, in seconds. */
  pictures: Moment[];
  /** Of each packet of sound: when it was sent in seconds, and its way in ms (undefined = lost). */
  sound: { at: number; way: number | undefined }[];
};

const STEP: Micros = 1000;
const HEADERS = 38;
/** Bytes of RTP a packet: 48 kbit/s in 20 ms and 24 kbit/s in 60 ms, each with 24 bytes of header. */
const SOUND = {
  plenty: { bytes: 144, every: 20_000 },
  lean: { bytes: 204, every: 60_000 },
};
const FEEDBACK_EVERY: Micros = 100_000;
const PAYLOAD = 1100;
/** A key frame takes this many ordinary pictures' bits. */
const KEY = 4;

/** The same every time. */
const createRandom = (): (() => number) => {
  let seed = 1;
  return () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return seed / 0x7fffffff;
  };
};

type Packet = { number: number; bytes: number; arrived: (at: Micros) => void };

/** Queue and way: a packet leaves when the line has carried all before it. */
const createLine = (model: LineModel) => {
  const { carries, queueMs = 300, loss = 0, jitterMs = 0 } = model;
  const random = createRandom();
  const queue: Packet[] = [];
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
      if (queued + packet.bytes > most) return;
      queue.push(packet);
      queued += packet.bytes;
    },
    step: (at: Micros): void => {
      credit += (carries(at / 1e6) * STEP) / 8e6;
      for (let head = queue[0]; head && credit >= 0; head = queue[0]) {
        queue.shift();
        queued -= head.bytes;
        credit -= head.bytes;
        arrive(head, at);
      }
      if (queue.length === 0) credit = Math.min(credit, 0);
    },
    /** What has come since the last time. */
    take: (): Arrival[] => arrivals.splice(0),
  };
};

/** A stream of pictures of a rung's rate, as the rendition makes them. */
const createPictures = (rung: RungSpec) => {
  const history = createHistory(1024);
  const legs = new Set<Leg>();
  const stills = rung.fps < 1;
  const squeeze = createSqueeze(rung);
  const key = { wanted: false, position: undefined as number | undefined };
  let due: Micros = 0;
  const source: LegSource = {
    history,
    rate: { bitrate: rung.bitrate, stills },
    pictureIdAt: undefined,
    get keyPosition() {
      return key.position;
    },
    startPosition: () => undefined,
    requestKey: () => (key.wanted = true),
    timestamp: (at) => Math.round(at * 0.09),
    left: (leg) => void legs.delete(leg as Leg),
  };
  const make = (at: Micros): void => {
    const isKey = key.wanted || stills;
    const share = isKey && !stills ? KEY : 1;
    const position = history.head;
    history.begin(source.timestamp(at));
    let left = (share * squeeze.rate) / rung.fps / 8;
    for (; left > 0; left -= PAYLOAD)
      history.add(Math.ceil(Math.min(left, PAYLOAD)), left <= PAYLOAD);
    if (isKey) {
      key.wanted = false;
      key.position = position;
      for (const leg of [...legs]) leg.start(source, position, at);
    }
    for (const leg of legs) leg.flush(at);
  };
  return {
    add: (leg: Leg): void => {
      legs.add(leg);
      leg.attach(source);
    },
    step: (at: Micros): void => {
      if (legs.size === 0 || (at < due && !(stills && key.wanted))) return;
      due = at + 1e6 / rung.fps;
      const narrowest = Math.min(...[...legs].map((leg) => leg.allowance));
      squeeze.update(narrowest, at, false);
      make(at);
    },
  };
};

/** What one viewer is sent, and what becomes of it. */
const createViewer = (model: LineModel) => {
  const report: LineReport = { moves: [], pictures: [], sound: [] };
  const rungs = rungsFor({ width: 1280, height: 720, fps: 30 });
  const ladder = createLadder({ rungs, now: 0 });
  const meter = new ToldMeter();
  const line = createLine(model);
  const streams = new Map(
    rungs.map((rung) => [rung.name, createPictures(rung)]),
  );
  let rung: RungName = "audio";
  let now: Micros = 0;
  let numbers = 0;
  const put = (bytes: number, arrived: Packet["arrived"]): void => {
    line.put({ number: numbers++, bytes: bytes + HEADERS, arrived }, now);
  };
  const send = (packet: Buffer): boolean => {
    const ends = (packet[1]! & 0x80) !== 0;
    const sent = rung;
    put(packet.length, (at) => {
      if (ends) report.pictures.push({ at: at / 1e6, rung: sent });
    });
    return true;
  };
  const video = new Leg(
    { isOpen: () => true, send },
    {
      payloadType: 96,
      ssrc: 1,
      sendTimeId: 0,
      playoutDelayId: 0,
      transportId: 3,
    },
    createCounters(),
    (bytes, at) => meter.sent(bytes, "video", at),
  );
  const choose = (): void => {
    const known = meter.line(now);
    const chosen = ladder.choose({ ...known, now, wanted: "auto" });
    video.probe(ladder.probe, known.carried, now);
    if (chosen === rung) return;
    rung = chosen;
    report.moves.push({ at: now / 1e6, rung });
    if (rung === "audio") video.detach();
    else streams.get(rung)!.add(video);
  };
  const watch = createWatch(meter, { video }, choose);
  const sendSound = (): void => {
    const { bytes, every } = meter.total < 200_000 ? SOUND.lean : SOUND.plenty;
    if (now % every !== 0) return;
    const sentAt = now;
    const entry: LineReport["sound"][number] = {
      at: now / 1e6,
      way: undefined,
    };
    report.sound.push(entry);
    meter.sent(bytes + HEADERS, "audio", now);
    put(bytes, (at) => (entry.way = (at - sentAt) / 1000));
  };
  const feedback = createFeedback();
  const step = (at: Micros): void => {
    now = at;
    line.step(now);
    if (now % 20_000 === 0) {
      sendSound();
      video.tick(now);
    }
    for (const stream of streams.values()) stream.step(now);
    if (now % FEEDBACK_EVERY === 0) {
      const part = feedback(line.take());
      if (part !== undefined) meter.feedback(part, now);
      watch(now);
    }
    if (now % 500_000 === 0) choose();
  };
  return { report, step };
};

/** Runs the model: a viewer of a 720p canvas whose rendition is `auto`. */
export const simulateLine = (model: LineModel): LineReport => {
  const { report, step } = createViewer(model);
  for (let now = 0; now < model.seconds * 1e6; now += STEP) step(now);
  return report;
};
