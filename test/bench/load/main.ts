/**
 * The process of the synthetic participants, apart from what is measured. Its only argument is `LoadOptions` as JSON;
 * it says `ready` when everybody is in the call, and answers each message with what has been received since the last one.
 */
import { joinAudioBridge } from "./janus.js";
import {
  CAMERA,
  encodeCamera,
  encodeSpeech,
  encodeVoice,
  SMALLER,
} from "./clips.js";
import {
  joinAsParticipant,
  joinAsViewer,
  type Clips,
  type Film,
  type Received,
  type Someone,
} from "./participant.js";
import type { Wanted } from "./peers.js";

export type LoadOptions = Wanted & {
  url: string;
  ws: string;
  room: string;
  participants: number;
  viewers: number;
  /** How many of the participants speak; the others send a quiet room. */
  talkers: number;
  /** Talkers say sentences instead of humming. */
  speech?: boolean;
  camera: boolean;
  /** Cameras send what the server asks for. */
  follow?: boolean;
  muted: boolean;
  /** All are in this room of Janus' AudioBridge instead, whose socket is `ws`. */
  audioBridge?: number;
};

export type LoadReport = {
  /** Least and most of all receivers, since the last report. */
  [Key in keyof Received]: { least: number; most: number };
};

/** Half of what is between two packets of sound. */
const TICK_MS = 10;

const options = JSON.parse(process.argv[2]!) as LoadOptions;
const people: Someone[] = [];

/** All that cameras can send here, smallest first. */
const filmAll = async (): Promise<Film[]> => {
  if (!options.camera) return [];
  const modes = options.follow ? [...SMALLER, CAMERA] : [CAMERA];
  return Promise.all(
    modes.map(async (mode) => ({ mode, frames: await encodeCamera(mode) })),
  );
};

const join = (index: number, clips: Clips): Promise<Someone> => {
  const { audioBridge: room } = options;
  if (room === undefined)
    return joinAsParticipant({ ...options, index, clips });
  return joinAudioBridge({ ...options, room, index, voice: clips.voice });
};

const voiceOf = (index: number): Promise<Buffer[]> =>
  options.speech ? encodeSpeech() : encodeVoice(true, 180 + 35 * index);

const fill = async (): Promise<void> => {
  const camera = await filmAll();
  const silence = await encodeVoice(false, 0);
  for (let index = 0; index < options.participants; index += 1) {
    const talks = index < options.talkers;
    const voice = talks ? await voiceOf(index) : silence;
    people.push(await join(index, { camera, voice }));
  }
  for (let index = 0; index < options.viewers; index += 1)
    people.push(await joinAsViewer({ ...options, index }));
};

let last: Received[] = [];

const report = (): LoadReport => {
  const now = people.map(({ received }) => ({ ...received }));
  const range = (key: keyof Received): { least: number; most: number } => {
    const since = now.map((one, at) => one[key] - (last[at]?.[key] ?? 0));
    return { least: Math.min(...since), most: Math.max(...since) };
  };
  const found = {
    packets: range("packets"),
    bytes: range("bytes"),
    pictures: range("pictures"),
    missing: range("missing"),
  };
  last = now;
  return found;
};

setInterval(() => {
  const now = performance.now();
  for (const someone of people) someone.tick(now);
}, TICK_MS);

process.on("message", () => process.send?.(report()));
process.on("disconnect", () => {
  for (const someone of people) someone.close();
  // What was said last has to get out of the socket.
  setTimeout(() => process.exit(0), 200);
});
await fill();
process.send?.("ready");
