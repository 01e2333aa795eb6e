import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import test from "ava";
import {
  matroskaHead,
  matroskaUnit,
  type Track,
} from "../../../mixer/output/matroska.js";
import { makeFolder } from "../../helpers/folder.js";

const run = promisify(execFile);
const picture = { kind: "video", width: 640, height: 360 } as const;
const voice = { kind: "audio", sampleRate: 48_000, channels: 2 } as const;
const OPUS_HEAD = Buffer.from("4f707573486561640102000080bb0000000000", "hex");

const VP8: Track = {
  number: 1,
  codec: "V_VP8",
  unitDuration: 33_333,
  media: picture,
};
const OPUS: Track = {
  number: 2,
  codec: "A_OPUS",
  private: OPUS_HEAD,
  unitDuration: 20_000,
  media: voice,
};

type Packet = {
  stream_index: number;
  pts: number;
  size: string;
  flags: string;
};

const packetsOf = async (file: string) => {
  const { stdout } = await run("ffprobe", [
    ...["-v", "error", "-of", "json", "-show_packets", "-show_streams", file],
  ]);
  return JSON.parse(stdout) as {
    packets: Packet[];
    streams: Record<string, unknown>[];
  };
};

test("a reader finds the tracks, and every unit at its microsecond", async (t) => {
  const file = join(await makeFolder(t), "a.mkv");
  const times = [0, 20_001, 33_333, 3_600_000_007];
  const stream = Buffer.concat([
    matroskaHead([VP8, OPUS]),
    ...times.flatMap((time, at) => [
      matroskaUnit(1, time, at === 0, [
        // The first bit of a VP8 picture says that it is not a key frame.
        Buffer.alloc(9, at === 0 ? 0 : 1),
        Buffer.alloc(at),
      ]),
      matroskaUnit(2, time, true, [Buffer.alloc(3, 0xfc)]),
    ]),
  ]);
  await writeFile(file, stream);
  const { packets, streams } = await packetsOf(file);
  t.like(streams[0], { codec_name: "vp8", width: 640, height: 360 });
  t.like(streams[1], { codec_name: "opus", sample_rate: "48000", channels: 2 });
  const video = packets.filter((packet) => packet.stream_index === 0);
  t.deepEqual(
    video.map(({ pts, size }) => [pts, Number(size)]),
    times.map((time, at) => [time, 9 + at]),
  );
  t.deepEqual(
    video.map(({ flags }) => flags[0]),
    ["K", "_", "_", "_"],
  );
});

test("a unit costs 25 bytes and its chunks are copied", (t) => {
  const chunk = Buffer.from([1, 2, 3]);
  const unit = matroskaUnit(1, 0, true, [chunk, chunk]);
  t.is(unit.length, 25 + 6);
  chunk.fill(0);
  t.deepEqual([...unit.subarray(25)], [1, 2, 3, 1, 2, 3]);
});
