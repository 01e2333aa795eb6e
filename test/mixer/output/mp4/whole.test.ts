import { execFile } from "node:child_process";
import { readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import test, { type ExecutionContext } from "ava";
import { makeWhole } from "../../../../mixer/output/mp4/whole.js";
import type { RecorderOptions } from "../../../../mixer/output/recorder.js";
import { encodeFlashBeep } from "../../../helpers/flash-beep.js";
import { makeFolder } from "../../../helpers/folder.js";
import { decodeErrors, outerBoxes, probeFile } from "../../../helpers/probe.js";
import {
  between,
  feed,
  record,
  synchronous,
} from "../../../helpers/recording.js";

const run = promisify(execFile);
const media = await encodeFlashBeep(4, 0.5);

/** A part as the recorder closes it. */
const partOf = async (
  t: ExecutionContext,
  units = media.units,
  options: Partial<RecorderOptions> = {},
) => {
  const directory = await makeFolder(t);
  const { recorder } = await record(directory, media, options);
  t.teardown(() => recorder.stop().catch(() => undefined));
  await feed(recorder, units);
  await recorder.pause();
  return {
    part: join(directory, ".call", "part-000.mp4"),
    whole: join(directory, "whole.mp4"),
  };
};

/**
 * Of all packets of a kind: times, sizes, sums and whether one can begin with them. Not how long they last: in tables
 * that is until the next one.
 */
const packets = async (file: string, kind: "v" | "a"): Promise<string> => {
  const { stdout } = await run("ffmpeg", [
    ...["-v", "error", "-i", file, "-map", `0:${kind}?`, "-c", "copy"],
    ...["-copyts", "-f", "framecrc", "-"],
  ]);
  return stdout.replace(/^((?:[^,#]+,){3})[^,]+/gm, "$1");
};

const without = (kind: "audio" | "video") =>
  media.units.filter((it) => it.kind !== kind);

for (const [title, units, options] of [
  ["sound and picture", media.units, {}],
  ["sound that begins later", between(media.units, 0.93, 4), {}],
  [
    "a hole in the pictures",
    media.units.filter(
      ({ kind, unit: { pts } }) =>
        kind === "audio" || pts < 1.2e6 || pts > 2.4e6,
    ),
    {},
  ],
  ["pictures alone", without("audio"), { audio: undefined }],
  ["sound alone", without("video"), { format: "m4a", video: undefined }],
] as const)
  test(`a part becomes a file with the same packets at the same times: ${title}`, async (t) => {
    const { part, whole } = await partOf(t, [...units], options);
    await makeWhole(part, whole);
    for (const kind of ["v", "a"] as const)
      t.is(await packets(whole, kind), await packets(part, kind));
    t.deepEqual(await outerBoxes(whole), ["ftyp", "moov", "free", "mdat"]);
    t.is(await decodeErrors(whole), "");
    const [made, was] = await Promise.all([whole, part].map(probeFile));
    t.true(Math.abs(made!.duration - was!.duration) < 0.04);
    t.is(made!.video?.start, was!.video?.start);
    t.is(made!.audio?.start, was!.audio?.start);
  });

test("in the file flashes and beeps are together, and it can be entered at key frames alone", async (t) => {
  const { part, whole } = await partOf(t);
  await makeWhole(part, whole);
  const { together, alone } = await synchronous(whole);
  t.deepEqual(together.map(Math.round), [0, 1, 2, 3]);
  t.deepEqual(alone, []);
  const { stdout } = await run("ffprobe", [
    ...["-v", "error", "-select_streams", "v", "-of", "csv=p=0"],
    ...["-show_entries", "packet=pts_time,flags", whole],
  ]);
  const keys = stdout.split("\n").filter((line) => line.includes("K"));
  t.deepEqual(
    keys.map((line) => Number.parseFloat(line)),
    [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5],
  );
});

test("what its writer did not close, and what is none, is refused", async (t) => {
  const { part, whole } = await partOf(t);
  const bytes = await readFile(part);
  for (const [name, change] of [
    ["cut", () => truncate(part, bytes.length - 1_000)],
    ["empty", () => truncate(part, 0)],
    ["zeros", () => writeFile(part, Buffer.alloc(5_000))],
    [
      "a fragment less",
      () => {
        const from = bytes.indexOf("moof") - 4;
        const to = bytes.indexOf("moof", from + 8) - 4;
        const rest = [bytes.subarray(0, from), bytes.subarray(to)];
        return writeFile(part, Buffer.concat(rest));
      },
    ],
  ] as const) {
    await change();
    await t.throwsAsync(makeWhole(part, whole), undefined, name);
  }
});
