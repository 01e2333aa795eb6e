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
import { createLine, STEP, type LineModel, type Packet } from "./line-queue.js";
import { createFeedback } from "./transport-feedback.js";

export type Moment = { at: number; rung: RungName };

export type LineReport = {
  /** Every change of the rung, in seconds. */
  moves: Moment[];
  /** Pictures whose last packet arrived, in seconds. */
  pictures: Moment[];
  /** Of each packet of sound: when it was sent in seconds, and its way in ms (undefined = lost). */
  sound: { at: number; way: number | undefined }[];
};

const HEADERS = 38;
/** Bytes of RTP a packet: 48 kbit/s in 20 ms and 24 kbit/s in 60 ms, each with 24 bytes of header. */
const SOUND = {
  plenty: { bytes: 144, every: 20_000 },
  lean: { bytes: 204, every: 60_000 },
};
const PAYLOAD = 1100;
/** A key frame takes this many ordinary pictures' bits. */
const KEY = 4;

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

const FIELDS = {
  payloadType: 96,
  ssrc: 1,
  sendTimeId: 0,
  playoutDelayId: 0,
  transportId: 3,
};

/** Tells what came, unless its process stalls. */
const createReceiver = (
  { feedbackMs = 100, stalls }: LineModel,
  line: ReturnType<typeof createLine>,
  inbox: Buffer[],
) => {
  const write = createFeedback();
  return (now: Micros): void => {
    if (now % (1000 * feedbackMs) !== 0 || stalls?.receiver?.(now / 1e6))
      return;
    const part = write(line.take(now));
    if (part !== undefined) inbox.push(part);
  };
};

/** Makes the packet of sound that is due. */
const createSound = (report: LineReport) => {
  let sentAt: Micros = 0;
  return (now: Micros, lean: boolean): Omit<Packet, "number"> | undefined => {
    const { bytes, every } = lean ? SOUND.lean : SOUND.plenty;
    if (now - sentAt < every) return undefined;
    sentAt = Math.max(sentAt + every, now - 5 * every);
    const entry: LineReport["sound"][number] = {
      at: now / 1e6,
      way: undefined,
    };
    report.sound.push(entry);
    return { bytes, arrived: (at) => (entry.way = (at - now) / 1000) };
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
  let [numbers, behind] = [0, 0];
  const sound = createSound(report);
  const put = (bytes: number, arrived: Packet["arrived"]): void => {
    line.put({ number: numbers++, bytes: bytes + HEADERS, arrived }, now);
  };
  const sendPicture = (packet: Buffer): boolean => {
    const ends = (packet[1]! & 0x80) !== 0;
    const sent = rung;
    put(packet.length, (at) => {
      if (ends) report.pictures.push({ at: at / 1e6, rung: sent });
    });
    return true;
  };
  const audio = new Leg(
    { isOpen: () => true, send: () => true },
    FIELDS,
    createCounters(),
  );
  const video = new Leg(
    { isOpen: () => true, send: sendPicture },
    FIELDS,
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
  const watch = createWatch(meter, { audio, video }, choose);
  const sendSound = (): void => {
    const packet = sound(now, audio.lean);
    if (packet === undefined) return;
    meter.sent(packet.bytes + HEADERS, "audio", now);
    put(packet.bytes, packet.arrived);
  };
  const inbox: Buffer[] = [];
  const receive = createReceiver(model, line, inbox);
  const read = (): void => {
    for (const part of inbox.splice(0)) {
      meter.feedback(part, now);
      watch(now);
    }
  };
  const send = (): void => {
    if (model.stalls?.sender?.(now / 1e6)) return void behind++;
    if (now % 20_000 === 0 || behind > 20) {
      for (let n = Math.min(5, 1 + Math.floor(behind / 20)); n > 0; n--)
        sendSound();
      video.tick(now);
    }
    behind = 0;
    for (const stream of streams.values()) stream.step(now);
    read();
    if (now % 500_000 === 0) choose();
  };
  const step = (at: Micros): void => {
    now = at;
    line.step(now);
    send();
    receive(now);
  };
  return { report, step };
};

/** Runs the model: a viewer of a 720p canvas whose rendition is `auto`. */
export const simulateLine = (model: LineModel): LineReport => {
  const { report, step } = createViewer(model);
  for (let now = 0; now < model.seconds * 1e6; now += STEP) step(now);
  return report;
};
