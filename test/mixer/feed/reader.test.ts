/** Raw Matroska as ffmpeg writes it, read in pieces of any size. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import test from "ava";
import { outputArguments } from "../../../mixer/feed/arguments.js";
import { MediaReader } from "../../../mixer/feed/reader.js";

const run = promisify(execFile);
const PICTURE = (320 * 180 * 3) / 2;

const decoded = async (picture: boolean): Promise<Buffer> => {
  const { stdout } = await run(
    "ffmpeg",
    [
      ...["-v", "error", "-f", "lavfi", "-i", "color=white:s=320x180:r=10:d=1"],
      ...["-f", "lavfi", "-i", "sine=440:r=44100:d=1,aeval=val(0)|val(0)"],
      ...outputArguments(picture).map((it) => it.replace("0:a:0?", "1:a:0?")),
      "pipe:1",
    ],
    { encoding: "buffer", maxBuffer: 2 ** 26 },
  );
  return stdout;
};

const read = (media: Buffer, piece: number) => {
  const pictures: number[] = [];
  const data = new Uint8Array(PICTURE);
  let samples = 0;
  let white = 0;
  let loud = 0;
  const reader = new MediaReader({
    picture: ({ width, height }) => {
      if (width !== 320 || height !== 180) throw new Error("size");
      return data;
    },
    pictureDone: (at) => {
      pictures.push(at);
      if (data[0]! > 230 && data[PICTURE - 1] === 128) white++;
    },
    sound: (block, channels) => {
      samples += block.length / channels;
      for (const sample of block) loud = Math.max(loud, sample);
    },
  });
  for (let at = 0; at < media.length; at += piece)
    reader.push(media.subarray(at, at + piece));
  return { pictures, white, samples, loud };
};

for (const piece of [1, 7, 4_096, 65_536, 2 ** 26])
  test(`pictures and sound in pieces of ${piece} bytes`, async (t) => {
    const found = read(await decoded(true), piece);
    t.deepEqual(
      found.pictures,
      Array.from({ length: 10 }, (_, i) => i * 100_000),
    );
    t.is(found.white, 10);
    t.true(Math.abs(found.samples - 48_000) < 50, `${found.samples}`);
    t.true(found.loud > 3_000);
  });

test("the sound alone", async (t) => {
  const found = read(await decoded(false), 4_096);
  t.deepEqual(found.pictures, []);
  t.true(Math.abs(found.samples - 48_000) < 50);
});

test("what is no Matroska is refused", (t) => {
  t.throws(() => read(Buffer.from("\0\0words"), 4), { message: /Matroska/ });
});
