import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import type { LivePiece } from "../../../../mixer/contract-live.js";
import { createHls } from "../../../../mixer/output/live/hls.js";
import { encodeFlashBeep, SIZE } from "../../../helpers/flash-beep.js";
import { makeFolder } from "../../../helpers/folder.js";
import {
  beeps,
  decodeErrors,
  flashes,
  probeFile,
} from "../../../helpers/probe.js";

const SECONDS = 9;

const media = encodeFlashBeep(SECONDS, 1);

/** Everything that an output makes of the media, and how often it asked for a key frame. */
const run = async (lowLatency: boolean) => {
  const { units, audio } = await media;
  let asked = 0;
  let live = 0;
  const hls = createHls({
    lowLatency,
    pictures: [
      {
        name: "720p",
        ...SIZE,
        bitrate: 300_000,
        requestKey: () => void asked++,
      },
    ],
    sound: { config: audio.extradata!, channels: 1, bitrate: 96_000 },
    onLive: () => void live++,
  });
  for (const { kind, unit } of units)
    if (kind === "video") hls.writeVideo(0, unit);
    else hls.writeAudio(unit);
  const pieces = await hls.take();
  hls.close();
  return { pieces, asked, live };
};

const partsOf = (pieces: LivePiece[], track: string) =>
  pieces.filter((it) => it.kind === "part" && it.track === track) as Extract<
    LivePiece,
    { kind: "part" }
  >[];

/** How long each segment is, in seconds; the last one is not over. */
const segmentsOf = (parts: ReturnType<typeof partsOf>): number[] => {
  const lengths: number[] = [];
  for (const { first, duration } of parts)
    if (first) lengths.push(duration);
    else lengths[lengths.length - 1]! += duration;
  return lengths.slice(0, -1);
};

test("the tracks of an HLS output decode without a fault, flashes and beeps at the same times", async (t) => {
  const folder = await makeFolder(t);
  const { pieces, live } = await run(true);
  const file = async (track: string): Promise<string> => {
    const path = join(folder, `${track}.mp4`);
    const bytes = pieces.filter((it) => it.track === track);
    await writeFile(path, Buffer.concat(bytes.map(({ data }) => data)));
    return path;
  };
  const [picture, sound] = await Promise.all([file("720p"), file("audio")]);
  t.is(await decodeErrors(picture), "");
  t.is(await decodeErrors(sound), "");
  const facts = await probeFile(picture);
  t.is(facts.video?.codec, "h264");
  t.is((await probeFile(sound)).audio?.codec, "aac");
  const [seen, heard] = [await flashes(picture), await beeps(sound)];
  t.true(seen.length >= SECONDS - 1, `${seen}`);
  seen.slice(1, -1).forEach((at, i) => {
    t.true(Math.abs(at - heard[i + 1]!) < 0.04, `${seen} and ${heard}`);
  });
  t.is(live, 1);
});

for (const [lowLatency, longest] of [
  [true, 2.5],
  [false, 1.5],
] as const)
  test(`segments begin with a key frame, are below ${longest} s long and those of the sound end with the pictures', parts are below 0.5 s${lowLatency ? "" : ", where whole segments are waited for"}`, async (t) => {
    const { pieces, asked } = await run(lowLatency);
    const [picture, sound] = [
      partsOf(pieces, "720p"),
      partsOf(pieces, "audio"),
    ];
    t.true(picture.length > 2 * (SECONDS - 1));
    for (const { first, independent } of picture)
      if (first) t.true(independent);
    for (const part of [...picture, ...sound]) {
      t.true(part.duration <= 0.501, `${part.duration}`);
      t.true(part.duration > 0.05, `${part.duration}`);
    }
    const lengths = [segmentsOf(picture), segmentsOf(sound)];
    for (const length of lengths.flat()) t.true(length < longest, `${length}`);
    t.true(Math.abs(lengths[0]!.length - lengths[1]!.length) <= 1);
    lengths[0]!.forEach((length, i) => {
      const other = lengths[1]![i];
      t.true(other === undefined || Math.abs(length - other) < 0.045);
    });
    t.is(asked, 0, "others ask often enough");
  });

test("an output that nobody fetches is bounded, and begins anew with a head when somebody does", async (t) => {
  const { units, audio } = await media;
  const hls = createHls({
    lowLatency: true,
    pictures: [
      { name: "720p", ...SIZE, bitrate: 300_000, requestKey: () => undefined },
    ],
    sound: { config: audio.extradata!, channels: 1, bitrate: 96_000 },
    onLive: () => undefined,
  });
  const fill = Buffer.alloc(300_000, 0x55);
  for (let i = 0; i < 2_000; i++) {
    const { kind, unit } = units[i % units.length]!;
    const pts = i * 33_333;
    // Large pictures, so that it is full after some seconds.
    const data = unit.key ? Buffer.concat([unit.data, fill]) : unit.data;
    if (kind === "video") hls.writeVideo(0, { ...unit, data, pts });
  }
  t.true(hls.counters.dropped > 0);
  const pieces = await hls.take();
  const bytes = pieces.reduce((sum, { data }) => sum + data.length, 0);
  t.true(bytes <= 4 * 1024 * 1024);
  t.is(pieces.find(({ track }) => track === "720p")?.kind, "head");
  hls.close();
  t.deepEqual(await hls.take(), []);
});

test("where nobody else asks for key frames, one is asked for just before a segment should end", async (t) => {
  const { units } = await encodeFlashBeep(5, 5);
  const times: number[] = [];
  let now = 0;
  const hls = createHls({
    lowLatency: true,
    pictures: [
      {
        name: "720p",
        ...SIZE,
        bitrate: 300_000,
        requestKey: () => void times.push(now),
      },
    ],
    sound: { config: Buffer.alloc(2), channels: 1, bitrate: 96_000 },
    onLive: () => undefined,
  });
  for (const { kind, unit } of units) {
    now = unit.pts;
    if (kind === "video") hls.writeVideo(0, unit);
  }
  hls.close();
  t.true(Math.abs(times[0]! - 1_966_667) < 5_000, `${times[0]}`);
});
