import { execFile } from "node:child_process";
import { createWriteStream } from "node:fs";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import test from "ava";
import {
  tarOf,
  tarSize,
  type TarEntry,
} from "../../../server/recordings/tar.js";
import { makeFolder } from "../../helpers/folder.js";

const run = promisify(execFile);
const modified = new Date("2026-11-23T07:15:00Z");

test("tar unpacks what was put in, and its size is known before", async (t) => {
  const folder = await makeFolder(t);
  const path = join(folder, "voice.opus");
  const voice = Buffer.alloc(70_001, 7);
  await writeFile(path, voice);
  const entries: TarEntry[] = [
    { name: "m/empty.json", modified, content: Buffer.alloc(0) },
    { name: "m/text.vtt", modified, content: Buffer.from("WEBVTT\n") },
    { name: "m/voice.opus", modified, content: { path, size: 70_000 } },
  ];
  const archive = join(folder, "all.tar");
  await pipeline(tarOf(entries), createWriteStream(archive));
  t.is((await stat(archive)).size, tarSize(entries));
  await run("tar", ["-xf", archive, "-C", folder]);
  t.is(await readFile(join(folder, "m/text.vtt"), "utf8"), "WEBVTT\n");
  t.is((await stat(join(folder, "m/empty.json"))).size, 0);
  const unpacked = join(folder, "m/voice.opus");
  t.deepEqual(await readFile(unpacked), voice.subarray(0, 70_000));
  t.deepEqual((await stat(unpacked)).mtime, modified);
});

test("a file that is gone or shorter than said breaks the archive off", async (t) => {
  const folder = await makeFolder(t);
  const path = join(folder, "short");
  await writeFile(path, "short");
  for (const content of [
    { path, size: 6 },
    { path: join(folder, "gone"), size: 1 },
  ])
    await t.throwsAsync(tarOf([{ name: "a", modified, content }]).toArray());
});
