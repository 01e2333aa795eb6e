import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import test from "ava";
import { createOpusEncoder } from "../../../../mixer/audio/opus.js";
import { TICK_SAMPLES } from "../../../../mixer/media.js";
import {
  createOggOpus,
  findOggEnd,
} from "../../../../mixer/output/tracks/ogg.js";
import { makeFolder } from "../../../helpers/folder.js";

const run = promisify(execFile);
const OPTIONS = { channels: 1, preSkip: 312, title: "Ann", serial: 7 } as const;

const tone = (tick: number): Int16Array =>
  Int16Array.from({ length: TICK_SAMPLES }, (_, index) => {
    const at = tick * TICK_SAMPLES + index;
    return 8000 * Math.sin((2 * Math.PI * 440 * at) / 48_000);
  });

const decode = async (file: string): Promise<Buffer> => {
  const { stdout } = await run(
    "ffmpeg",
    ["-v", "error", "-i", file, "-f", "s16le", "-ac", "1", "-"],
    { encoding: "buffer", maxBuffer: 1 << 24 },
  );
  return stdout;
};

test("ffmpeg reads the file without a complaint, and every sample is where it was", async (t) => {
  const file = join(await makeFolder(t), "ann.opus");
  const ogg = createOggOpus(OPTIONS);
  const encoder = createOpusEncoder({ fec: false, application: "audio" });
  const parts = [ogg.head];
  for (let tick = 0; tick < 150; tick++) {
    ogg.add(encoder.encode(tone(tick))!, TICK_SAMPLES);
    if (tick % 50 === 49) parts.push(ogg.page()!);
  }
  encoder.close();
  t.is(ogg.page(), undefined);
  await writeFile(file, Buffer.concat(parts));
  const decoded = await decode(file);
  t.is(decoded.length / 2, 150 * TICK_SAMPLES - 312);
  // A second of the tone, against the very one that went in.
  let [error, power] = [0, 0];
  for (let at = 48_000; at < 96_000; at++) {
    const wanted = 8000 * Math.sin((2 * Math.PI * 440 * at) / 48_000);
    error += (decoded.readInt16LE(2 * at) - wanted) ** 2;
    power += wanted ** 2;
  }
  t.true(error / power < 0.01, String(error / power));
});

test("a file that was torn goes on after its last whole page", async (t) => {
  const file = join(await makeFolder(t), "ann.opus");
  const first = createOggOpus(OPTIONS);
  const encoder = createOpusEncoder();
  const write = (ogg: typeof first, ticks: number): Buffer => {
    for (let tick = 0; tick < ticks; tick++)
      ogg.add(encoder.encode(tone(tick))!, TICK_SAMPLES);
    return ogg.page()!;
  };
  const whole = Buffer.concat([first.head, write(first, 20)]);
  const torn = Buffer.concat([whole, write(first, 20).subarray(0, -1)]);
  const end = findOggEnd(torn);
  t.deepEqual(end, {
    granule: 20 * TICK_SAMPLES,
    pages: 3,
    bytes: whole.length,
  });
  const second = createOggOpus(OPTIONS, end);
  const rest = write(second, 30);
  encoder.close();
  await writeFile(file, Buffer.concat([torn.subarray(0, end!.bytes), rest]));
  t.is((await decode(file)).length / 2, 50 * TICK_SAMPLES - 312);
  for (const size of [0, 10, 60])
    t.is(findOggEnd(torn.subarray(0, size)), undefined);
});

test("packets of any size go into pages, more than one if need be", (t) => {
  const ogg = createOggOpus(OPTIONS);
  for (let index = 0; index < 300; index++)
    ogg.add(Buffer.alloc(index % 3 === 0 ? 255 : 40), TICK_SAMPLES);
  const file = Buffer.concat([ogg.head, ogg.page()!]);
  t.deepEqual(findOggEnd(file), {
    granule: 300 * TICK_SAMPLES,
    pages: 4,
    bytes: file.length,
  });
});
