/** Recordings that are in the bucket alone, or on their way there, on a real S3 server. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { fill, keep } from "../../helpers/backup.js";
import { s3At, startBucket } from "../../helpers/bucket.js";
import { makeFolder } from "../../helpers/folder.js";
import { freePort } from "../../helpers/ports.js";
import { until } from "../../helpers/until.js";

test("what something is to be made of is fetched whole, and goes when nobody needs it any more", async (t) => {
  const [folder, bucket] = [await makeFolder(t), await startBucket(t)];
  const s3 = s3At(bucket.port, { keep: false, prefix: "a/" });
  await fill(folder, "film", "0123456789");
  await mkdir(join(folder, "film.tracks"));
  await writeFile(join(folder, "film.tracks/ann.opus"), "OggS");
  const isHere = () =>
    ["film.mp4", "film.tracks/ann.opus"].map((name) =>
      existsSync(join(folder, name)),
    );
  const becomes = (here: boolean) =>
    until({
      what: `the files ${here ? "come" : "go"}`,
      read: isHere,
      accept: (all) => all.every((one) => one === here),
    });
  const first = keep(t, folder, s3);
  await becomes(false);
  await Promise.all([first.keeping.fetch("film"), first.keeping.fetch("film")]);
  t.deepEqual(isHere(), [true, true]);
  t.is(await readFile(join(folder, "film.mp4"), "utf8"), "0123456789");
  await first.keeping.close();

  const waits = keep(t, folder, s3, { isNeeded: () => true });
  await until({
    what: "it has looked at all of them",
    read: () => waits.keeping.figures.stored.recordings,
    accept: (count) => count === 1,
  });
  t.deepEqual(isHere(), [true, true], "it is needed");
  await waits.keeping.close();
  keep(t, folder, s3);
  await becomes(false);
});

test("what cannot be fetched is told so, and leaves nothing", async (t) => {
  const [folder, bucket] = [await makeFolder(t), await startBucket(t)];
  const s3 = s3At(bucket.port, { keep: false });
  await fill(folder, "film", "0123456789");
  const first = keep(t, folder, s3);
  await first.uploaded("film");
  await until({
    what: "the file goes",
    read: () => existsSync(join(folder, "film.mp4")),
    accept: (there) => !there,
  });
  const nobody = await freePort();
  const { keeping } = keep(t, folder, { ...s3At(nobody), keep: false });
  const error = await t.throwsAsync(keeping.fetch("film"));
  t.like(error, { code: "overloaded" });
  t.regex(error?.message ?? "", /is in the bucket, and cannot be fetched: /);
  t.deepEqual(await readdir(folder), ["film.json"]);
});

test("what is deleted while it is on its way leaves nothing in the bucket, and nothing here that is made of it later", async (t) => {
  const [folder, bucket] = [await makeFolder(t), await startBucket(t)];
  await fill(folder, "film", randomBytes(40_000_000));
  await mkdir(join(folder, "film.tracks"));
  await writeFile(join(folder, "film.tracks/ann.opus"), "OggS");
  const { keeping, library } = keep(t, folder, s3At(bucket.port));
  await until({
    what: "a part of it is there",
    read: () => bucket.requests.filter((it) => it.startsWith("PUT")).length,
    accept: (parts) => parts > 0,
  });
  await keeping.remove("film");
  await writeFile(join(folder, "film.jpg"), "too late");
  keeping.looked("film");
  await until({
    what: "nothing is left",
    read: () => readdir(folder),
    accept: (names) => names.length === 0,
  });
  t.deepEqual(await bucket.names(), []);
  await t.throwsAsync(library.get("film"));
});
