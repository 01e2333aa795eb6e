import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { FORMATS } from "../../../mixer/output/formats.js";
import {
  joinArguments,
  joinList,
  partArguments,
} from "../../../mixer/output/arguments.js";
import { cutTornFragments } from "../../../mixer/output/boxes.js";
import { saysDiskFull } from "../../../mixer/output/disk.js";
import {
  noRestarts,
  writerDied,
  writerStarted,
} from "../../../mixer/output/restart.js";
import { partName, pathsOf } from "../../../mixer/output/work.js";
import { makeFolder } from "../../helpers/folder.js";

const box = (type: string, bytes: number): Buffer => {
  const data = Buffer.alloc(bytes);
  data.writeUInt32BE(bytes);
  data.write(type, 4, "latin1");
  return data;
};
const longBox = (type: string, bytes: number): Buffer => {
  const data = box(type, bytes);
  data.writeUInt32BE(1);
  data.writeBigUInt64BE(BigInt(bytes), 8);
  return data;
};
const head = [box("ftyp", 24), box("moov", 100)];
const fragment = [box("moof", 60), box("mdat", 500)];

for (const [title, boxes, left, whole] of [
  ["a whole file", [...head, ...fragment, ...fragment], 2, 1244],
  [
    "half of the data",
    [...head, ...fragment, box("moof", 60), box("mdat", 500).subarray(0, 300)],
    1,
    684,
  ],
  ["a head without data", [...head, ...fragment, box("moof", 60)], 1, 684],
  ["half a box head", [...head, ...fragment, Buffer.from([0, 0, 0])], 1, 684],
  ["zeros of a crashed disk", [...head, ...fragment, Buffer.alloc(99)], 1, 684],
  ["large data", [...head, box("moof", 60), longBox("mdat", 500)], 1, 684],
  ["no fragment", head, 0, 124],
  ["nothing", [], 0, 0],
] as const)
  test(`what a killed writer left is cut: ${title}`, async (t) => {
    const file = join(await makeFolder(t), "part.mp4");
    await writeFile(file, Buffer.concat(boxes));
    t.is(await cutTornFragments(file), left);
    t.is((await readFile(file)).length, whole);
  });

test("parts are listed with the time from one to the next", (t) => {
  t.is(
    joinList([
      { name: "part-000.mp4", next: 2_500_001 },
      { name: "part-001.mp4" },
    ]),
    "ffconcat version 1.0\nfile part-000.mp4\nduration 2.500001\nfile part-001.mp4\n",
  );
});

test("media is copied, never encoded, and errors alone are said", (t) => {
  for (const { input, output } of [
    partArguments(FORMATS.mp4.part),
    joinArguments(FORMATS.mp4.join(60)),
  ]) {
    t.is(output[output.indexOf("-c") + 1], "copy");
    t.is(input[input.indexOf("-loglevel") + 1], "error");
  }
  t.true(joinArguments(FORMATS.mp4.join(60)).output.includes("-moov_size"));
});

test("parts and files have their names inside the directory", (t) => {
  t.is(partName(7, "mp4"), "part-007.mp4");
  const place = { directory: "/r", recording: "a-B_9", format: "mp4" } as const;
  t.like(pathsOf(place), { folder: "/r/.a-B_9", final: "/r/a-B_9.mp4" });
});

test("a writer that dies again and again is given up, one that was healthy is not", (t) => {
  const restarts = noRestarts();
  const die = (after: number) => {
    writerStarted(restarts, 0);
    return writerDied(restarts, after);
  };
  t.deepEqual([1, 2, 3, 4].map(die), [0, 500, 1_000, 2_000]);
  t.is(die(60_000), 0);
  t.deepEqual([1, 2, 3, 4, 5].map(die), [500, 1_000, 2_000, 4_000, undefined]);
});

test("ffmpeg's words for a full disk are known", (t) => {
  t.true(saysDiskFull("av_interleaved_write_frame(): No space left on device"));
  t.true(saysDiskFull("Error closing file: Disk quota exceeded"));
  t.false(saysDiskFull("Broken pipe"));
});
