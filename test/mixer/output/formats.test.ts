import { readdir } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import {
  RECORDING_FORMATS,
  type RecordingFormat,
} from "../../../mixer/contract.js";
import { FORMATS } from "../../../mixer/output/formats.js";
import { encodeFlashBeep } from "../../helpers/flash-beep.js";
import { makeFolder } from "../../helpers/folder.js";
import { beeps, decodeErrors, probeFile, sound } from "../../helpers/probe.js";
import {
  between,
  feed,
  fragmentsOf,
  record,
  synchronous,
  until,
  writerOf,
} from "../../helpers/recording.js";

const CODECS: Record<RecordingFormat, { video?: string; audio: string }> = {
  mp4: { video: "h264", audio: "aac" },
  webm: { video: "vp8", audio: "opus" },
  m4a: { audio: "aac" },
  opus: { audio: "opus" },
  wav: { audio: "pcm_s16le" },
  flac: { audio: "flac" },
};
const names = Object.keys(RECORDING_FORMATS) as RecordingFormat[];
/** When beeps come in a file that begins at pts 0, and those that have no flash. */
const heardIn = async (file: string, picture: boolean) => {
  if (!picture) return { heard: await beeps(file), alone: [] };
  const { together, alone } = await synchronous(file);
  return { heard: together, alone };
};

const all = await Promise.all(
  names.map(async (format) => {
    const { picture, sound: codec } = FORMATS[format];
    const media = await encodeFlashBeep(4, 0.2, { picture, sound: codec });
    return { format, picture, media };
  }),
);

for (const { format, picture, media } of all) {
  const isSilentFrom = (samples: Float32Array, from: number, to: number) =>
    samples
      .subarray(from * 48_000, to * 48_000)
      .every((sample) => Math.abs(sample) < 0.01);

  test(`${format}: a file that plays, with everything at its time`, async (t) => {
    const directory = await makeFolder(t);
    const { recorder, statuses } = await record(directory, media, { format });
    await feed(recorder, media.units);
    const result = await recorder.stop();
    t.deepEqual(statuses, []);
    t.is(result.file, `call.${format}`);
    t.deepEqual(await readdir(directory), [result.file]);
    const file = join(directory, result.file);
    const facts = await probeFile(file);
    t.is(facts.video?.codec, CODECS[format].video);
    t.is(facts.audio?.codec, CODECS[format].audio);
    t.true(Math.abs(facts.duration - 4) < 0.06, String(facts.duration));
    t.is(await decodeErrors(file), "");
    const { heard, alone } = await heardIn(file, picture !== undefined);
    t.deepEqual(alone, []);
    t.is(heard.length, 4);
    for (const [second, time] of heard.entries())
      t.true(Math.abs(time - second) < 0.035, `${time} is not ${second}`);
  });

  test(`${format}: the death of ffmpeg costs a second, and what comes later is in time`, async (t) => {
    const directory = await makeFolder(t);
    const { recorder, nextStatus, keys } = await record(directory, media, {
      format,
    });
    await feed(recorder, between(media.units, -1, 2.4));
    const part = `part-000.${FORMATS[format].part.extension}`;
    await until(async () => (await fragmentsOf(directory, part)) >= 3);
    const told = nextStatus();
    const asked = keys();
    process.kill(await writerOf(directory, 0, format), "SIGKILL");
    t.regex((await told).reason!, /goes on/);
    await until(() => keys() > asked);
    await feed(recorder, between(media.units, 2.8, 4));
    const result = await recorder.stop();
    const file = join(directory, result.file);
    t.is(await decodeErrors(file), "");
    const { heard, alone } = await heardIn(file, picture !== undefined);
    t.true(alone.length <= 1, alone.join());
    t.true(heard.length >= 3, heard.join());
    const last = heard.at(-1)!;
    t.true(Math.abs(last - 3) < 0.045, `${last} is not 3`);
    t.true(Math.abs(result.duration - 4) < 0.1, String(result.duration));
    t.true(isSilentFrom(await sound(file), 2.45, 2.75), "the hole is silence");
  });

  test(`${format}: after a pause it goes on without a hole`, async (t) => {
    const directory = await makeFolder(t);
    const { recorder } = await record(directory, media, { format });
    await feed(recorder, between(media.units, -1, 2));
    await recorder.pause();
    const resumed = recorder.resume();
    await resumed;
    await feed(recorder, between(media.units, 3, 4));
    const result = await recorder.stop();
    const file = join(directory, result.file);
    t.is(await decodeErrors(file), "");
    t.true(Math.abs(result.duration - 3) < 0.1, String(result.duration));
    const { heard } = await heardIn(file, picture !== undefined);
    t.is(heard.length, 3, heard.join());
    t.true(Math.abs(heard[2]! - 2) < 0.06, heard.join());
  });
}
