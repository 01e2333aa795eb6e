/** Recordings of a call, by REST, and what is heard and seen in their files. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ExecutionContext } from "ava";
import type { TrackKind } from "../../mixer/contract.js";
import type { RecordingEntry } from "../../server/recordings/entry.js";
import { PERSONAS, type ColourName, type Conference } from "./conference.js";
import { decodeErrors, outerBoxes, probeFile } from "./probe.js";
import { goertzel } from "./tone.js";
import { until } from "./until.js";

const run = promisify(execFile);

export const RATE = 48_000;
export const entryOf = (
  call: Conference,
  id: string,
): Promise<RecordingEntry> => call.api(`/v1/recordings/${id}`);

export const start = async (
  call: Conference,
  asked: { tracks?: TrackKind } = {},
): Promise<string> => {
  const path = `/v1/rooms/${call.room}/recordings`;
  const { id } = await call.api<RecordingEntry>(path, "POST", asked);
  return id;
};

export const stop = (call: Conference, id: string): Promise<RecordingEntry> =>
  call.api(`/v1/rooms/${call.room}/recordings/${id}`, "PATCH", {
    state: "stopped",
  });

/** The recording's own clock says when so many seconds are there. */
export const recorded = async (
  call: Conference,
  id: string,
  seconds: number,
): Promise<void> => {
  await until({
    what: `${seconds} s are recorded`,
    read: () => entryOf(call, id),
    accept: ({ duration }) => duration >= seconds,
  });
};

export const fileOf = (call: Conference, id: string): string =>
  join(call.server.recordings, `${id}.mp4`);

/** In dB: somebody who is there has -21, half of a second of one -27; who is not, -60 or less. */
export const AUDIBLE = -30;

/** Levels of these tones in a second of the file's sound. */
export const tonesIn = (
  samples: Float32Array,
  from: number,
  who: readonly ColourName[],
): number[] => {
  const part = samples.subarray(from * RATE, (from + 1) * RATE);
  return who.map((name) => goertzel(part, RATE, PERSONAS[name].tone));
};

/** The picture at so many seconds, 3 bytes a pixel. */
export const pictureAt = async (
  file: string,
  seconds: number,
): Promise<Buffer> => {
  const { stdout } = await run(
    "ffmpeg",
    [
      ...["-v", "error", "-ss", String(seconds), "-i", file, "-frames:v", "1"],
      ...["-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
    ],
    { encoding: "buffer", maxBuffer: 2 ** 24 },
  );
  return stdout;
};

export const assertPlayable = async (
  t: ExecutionContext,
  file: string,
): Promise<Awaited<ReturnType<typeof probeFile>>> => {
  const facts = await probeFile(file);
  t.is(facts.video?.codec, "h264");
  t.is(facts.audio?.codec, "aac");
  t.is(await decodeErrors(file), "");
  const boxes = await outerBoxes(file);
  t.true(boxes.indexOf("moov") < boxes.indexOf("mdat"), "fast start");
  return facts;
};
