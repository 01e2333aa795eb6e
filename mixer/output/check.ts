/** Looks through a finished file, at the lowest priority: nobody in a call is to notice it. */
import { once } from "node:events";
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import type { RecordingChecks } from "../contract.js";
import { createExclusive } from "../exclusive.js";
import { probe, runFfmpeg } from "../ffmpeg.js";
import {
  checksOf,
  createHearing,
  createPacketTimes,
  type Hearing,
  type PacketTimes,
} from "./findings.js";
import { FORMATS } from "./formats.js";
import { pathsOf, type WorkPlace } from "./work.js";

/** Black for 2 s: a fade between two pictures is shorter. A room in which nobody speaks for 10 s is worth a note. */
const PICTURE_FILTER = "blackdetect=d=2:pix_th=0.05";
const SOUND_FILTER =
  "silencedetect=n=-60dB:d=10,ebur128=framelog=verbose:peak=none";
const INPUT = ["-hide_banner", "-nostats", "-loglevel", "level+info"];
/** One core at most, and not even that when somebody else wants it. */
const ONE_THREAD = ["-threads", "1"];

/** The times of all packets, which are not decoded. */
const readPackets = async (file: string): Promise<PacketTimes> => {
  const times = createPacketTimes();
  const output = new PassThrough();
  const lines = createInterface({ input: output });
  lines.on("line", times.take);
  const read = once(lines, "close");
  const { ended } = runFfmpeg({
    ...{ input: file, output, idle: true },
    arguments: { input: INPUT, output: ["-c", "copy", "-f", "framecrc"] },
  });
  const { ok } = await ended;
  if (!ok) output.destroy();
  await read;
  return times;
};

const decode = async (file: string, picture: boolean): Promise<Hearing> => {
  const hearing = createHearing();
  const filters = ["-af", SOUND_FILTER];
  if (picture) filters.push("-vf", PICTURE_FILTER, "-fps_mode", "passthrough");
  const end = await runFfmpeg({
    ...{ input: file, output: "-", idle: true },
    arguments: {
      input: [...INPUT, ...ONE_THREAD],
      output: [...filters, "-enc_time_base", "-1", "-f", "null"],
    },
    onLine: hearing.take,
  }).ended;
  if (!end.ok) hearing.heard.complaint ??= end.message;
  return hearing;
};

/** What is found in a finished file. Rejects when there is none. */
export const checkRecording = async (
  place: WorkPlace,
): Promise<RecordingChecks> => {
  const { final } = pathsOf(place);
  const { duration } = await probe(final);
  const times = await readPackets(final);
  const picture = FORMATS[place.format].picture !== undefined;
  return checksOf(duration, times, await decode(final, picture));
};

/** Checks recordings of this directory, one at a time. */
export const createCheck = (directory: string) => {
  const exclusive = createExclusive();
  return (file: Omit<WorkPlace, "directory">): Promise<RecordingChecks> =>
    exclusive.run(() => checkRecording({ directory, ...file }));
};
