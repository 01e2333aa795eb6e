/** What is shown of a finished recording in lists and players: a picture of it, and how loud it is when. */
import { once } from "node:events";
import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { previewFiles } from "../contract.js";
import { createExclusive } from "../exclusive.js";
import { probe, runFfmpeg, type FfmpegArguments } from "../ffmpeg.js";
import { FORMATS } from "./formats.js";
import { pathsOf, type WorkPlace } from "./work.js";

const QUIET = ["-hide_banner", "-nostats", "-loglevel", "error"];
/** One core at most, and not even that when somebody else wants it. */
const INPUT = [...QUIET, "-threads", "1"];

/** A tenth in, people have come; of the hundred pictures from there on the most ordinary one is taken. */
const THUMBNAIL_AT = 0.1;
const THUMBNAIL = "thumbnail=100,scale=640:-2";

/** Wide enough for a player's whole line. */
const WAVEFORM =
  "aformat=channel_layouts=mono,showwavespic=size=1600x160:colors=0x4a7dbd:filter=peak";

/** Enough for a peak, which is all that is looked for: a voice has little above 4 kHz. */
const RATE = 8_000;
/** Ten a second, and of what lasts longer than ten minutes so many in all. */
const PEAKS_PER_SECOND = 10;
const MOST_PEAKS = 6_000;

/** Takes samples of 16 bits, keeps the highest of each stretch. */
const createPeaks = (samplesEach: number) => {
  const peaks: number[] = [];
  let [taken, highest, odd] = [0, 0, undefined as number | undefined];
  const put = (sample: number): void => {
    highest = Math.max(highest, Math.abs(sample));
    if (++taken < samplesEach) return;
    peaks.push(Math.round((highest / 32_768) * 1_000) / 1_000);
    taken = highest = 0;
  };
  return {
    peaks,
    take: (bytes: Buffer): void => {
      let at = 0;
      if (odd !== undefined && bytes.length > 0)
        put((((bytes[at++]! << 8) | odd) << 16) >> 16);
      for (; at + 1 < bytes.length; at += 2) put(bytes.readInt16LE(at));
      odd = at < bytes.length ? bytes[at] : undefined;
    },
  };
};

/** All or nothing: whoever finds it finds it whole. */
const make = async (
  input: string,
  output: string,
  options: FfmpegArguments,
): Promise<void> => {
  const temporary = `${output}.tmp`;
  const end = await runFfmpeg({
    ...{ input, output: temporary, arguments: options, idle: true },
  }).ended;
  if (end.ok) await rename(temporary, output);
  else await rm(temporary, { force: true });
};

const makePeaks = async (
  input: string,
  output: string,
  duration: number,
): Promise<void> => {
  const wanted = Math.ceil(duration * PEAKS_PER_SECOND);
  const count = Math.min(Math.max(wanted, 1), MOST_PEAKS);
  const samplesEach = Math.max(1, Math.round((duration * RATE) / count));
  const { peaks, take } = createPeaks(samplesEach);
  const pipe = new PassThrough().on("data", take);
  const { ended } = runFfmpeg({
    ...{ input, output: pipe, idle: true },
    arguments: {
      input: INPUT,
      output: ["-vn", "-ac", "1", "-ar", String(RATE), "-f", "s16le"],
    },
  });
  const read = once(pipe, "close");
  const end = await ended;
  await read;
  if (!end.ok) return;
  const text = JSON.stringify({ duration, peaks });
  await writeFile(`${output}.tmp`, text);
  await rename(`${output}.tmp`, output);
};

/** Makes what is not there yet. Rejects when there is no file. */
const previewRecording = async (place: WorkPlace): Promise<void> => {
  const { final } = pathsOf(place);
  const { duration } = await probe(final);
  const names = previewFiles(place.recording);
  const at = (name: string): string => join(place.directory, name);
  if (FORMATS[place.format].picture !== undefined)
    await make(final, at(names.thumbnail), {
      input: [...INPUT, "-ss", String(duration * THUMBNAIL_AT)],
      output: ["-vf", THUMBNAIL, "-frames:v", "1", "-q:v", "4", "-f", "mjpeg"],
    });
  await make(final, at(names.waveform), {
    input: INPUT,
    output: [
      ...["-filter_complex", WAVEFORM, "-frames:v", "1"],
      ...["-c:v", "png", "-f", "image2pipe"],
    ],
  });
  await makePeaks(final, at(names.peaks), duration);
};

/** Of recordings of this directory, one at a time. */
export const createPreview = (directory: string) => {
  const exclusive = createExclusive();
  return async (file: Omit<WorkPlace, "directory">): Promise<null> => {
    await exclusive.run(() => previewRecording({ directory, ...file }));
    return null;
  };
};
