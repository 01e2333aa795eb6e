/** Copies of recordings in a bucket, on a real S3 server. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import type { RecordingEntry } from "../../../server/recordings/entry.js";
import { createKeeping } from "../../../server/recordings/keeping.js";
import { createLibrary } from "../../../server/recordings/library.js";
import type { S3 } from "../../../server/settings-kept.js";
import { s3At, startBadLine, startBucket } from "../../helpers/bucket.js";
import { makeFolder } from "../../helpers/folder.js";
import { startHttp } from "../../helpers/http.js";
import { silentLog } from "../../helpers/supervisor.js";
import { until } from "../../helpers/until.js";

const AT = "2026-01-01T10:00:00.000Z";

const fill = async (folder: string, id: string, bytes: Buffer | string) => {
  const entry = {
    ...{ id, room: "red", title: "Red", state: "stopped", format: "mp4" },
    ...{ startedAt: AT, endedAt: AT, duration: 1, size: 0, participants: [] },
  };
  await writeFile(join(folder, `${id}.json`), JSON.stringify(entry));
  await writeFile(join(folder, `${id}.mp4`), bytes);
};

/** A server's part of it on this folder, as after a start. */
const keep = (
  t: ExecutionContext,
  directory: string,
  s3: S3,
  {
    isNeeded = () => false,
    ...limits
  }: { keepDays?: number; isNeeded?: (id: string) => boolean } = {},
) => {
  const library = createLibrary({ directory, log: silentLog });
  const keeping = createKeeping({
    ...{ directory, library, s3, limits, log: silentLog },
    ...{ isNeeded, backOffMs: 50 },
  });
  t.teardown(async () => {
    await keeping.close();
    await library.close();
  });
  keeping.start();
  const awaitUpload = (
    id: string,
    accept: (upload: RecordingEntry["upload"]) => boolean,
  ) =>
    until({
      what: `the upload of ${id}`,
      read: async () => (await library.get(id)).upload,
      accept,
      within: 20_000,
    });
  return {
    ...{ library, keeping, awaitUpload },
    uploaded: (id: string) =>
      awaitUpload(id, (upload) => upload?.state === "uploaded"),
  };
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
};

test("a recording and all that lies beside it gets into the bucket, large files in parts", async (t) => {
  const [folder, bucket] = [await makeFolder(t), await startBucket(t)];
  const bytes = randomBytes(20_000_000);
  await fill(folder, "film", bytes);
  await writeFile(join(folder, "film.vtt"), "WEBVTT\n");
  await mkdir(join(folder, "film.tracks"));
  await writeFile(join(folder, "film.tracks/ann.opus"), "OggS");
  const s3 = s3At(bucket.port, { prefix: "tutti/" });
  const { uploaded, keeping } = keep(t, folder, s3);
  const { value: upload } = await uploaded("film");
  t.deepEqual(upload, {
    ...{ state: "uploaded", size: bytes.length },
    url: `${s3.endpoint}/recordings/tutti/film.mp4`,
  });
  t.deepEqual((await bucket.names()).sort(), [
    "tutti/film.json",
    "tutti/film.mp4",
    "tutti/film.tracks/ann.opus",
    "tutti/film.vtt",
  ]);
  const facts = await bucket.facts("tutti/film.mp4");
  t.like(facts, { ContentLength: bytes.length, ContentType: "video/mp4" });
  t.is(bucket.requests.filter((one) => /partNumber=/.test(one)).length, 3);
  const entry = JSON.parse(await bucket.text("tutti/film.json"));
  t.like(entry, { id: "film", upload: { state: "uploaded" } });
  t.true((await readFile(join(folder, "film.mp4"))).equals(bytes));
  await until({
    what: "nothing waits",
    read: () => keeping.figures.uploads?.pending,
    accept: (pending) => pending === 0,
  });
  t.deepEqual(keeping.figures.uploads, { uploaded: 1, failed: 0, pending: 0 });
});

test("while the bucket is away the recording waits, says why, and gets there afterwards", async (t) => {
  const folder = await makeFolder(t);
  await fill(folder, "film", "0123456789");
  const port = await freePort();
  const { awaitUpload, uploaded, keeping } = keep(t, folder, s3At(port), {
    keepDays: 1,
  });
  const { value: waiting } = await awaitUpload(
    "film",
    (upload) => upload?.state === "pending",
  );
  t.regex(waiting?.error ?? "", /ECONNREFUSED/);
  t.is(keeping.figures.uploads?.pending, 1);
  t.is(await readFile(join(folder, "film.mp4"), "utf8"), "0123456789");
  const bucket = await startBucket(t, port);
  const { value } = await uploaded("film");
  t.is(value?.error, undefined);
  t.is(await bucket.text("film.mp4"), "0123456789");
});

test("a line that breaks in the middle of a file costs a further try", async (t) => {
  const [folder, bucket] = [await makeFolder(t), await startBucket(t)];
  const bytes = randomBytes(18_000_000);
  await fill(folder, "film", bytes);
  // More often than the client itself tries again.
  let left = 8;
  const line = await startBadLine(t, bucket.port, {
    after: 3_000_000,
    cut: () => left-- > 0,
  });
  const { uploaded, keeping } = keep(t, folder, s3At(line.port));
  await uploaded("film");
  t.true(line.cuts() >= 8, `${line.cuts()} cuts`);
  t.true(keeping.figures.uploads!.failed >= 1);
  t.true((await bucket.bytes("film.mp4")).equals(bytes));
});

test("what waits when the server goes down gets there after its next start", async (t) => {
  const folder = await makeFolder(t);
  await fill(folder, "film", "0123456789");
  const port = await freePort();
  const first = keep(t, folder, s3At(port));
  await first.awaitUpload("film", (upload) => upload?.error !== undefined);
  await first.keeping.close();
  const bucket = await startBucket(t, port);
  const second = keep(t, folder, s3At(port));
  await second.uploaded("film");
  t.is(await bucket.text("film.mp4"), "0123456789");
});

test("a wrong key is told, and loses nothing", async (t) => {
  const [folder, bucket] = [await makeFolder(t), await startBucket(t)];
  await fill(folder, "film", "0123456789");
  const credentials = { key: "SOMEBODY", secret: "else" };
  const s3 = s3At(bucket.port, { credentials, keep: false });
  const { awaitUpload } = keep(t, folder, s3);
  const { value } = await awaitUpload(
    "film",
    (one) => one?.error !== undefined,
  );
  t.regex(value?.error ?? "", /Access Key/i);
  t.true(existsSync(join(folder, "film.mp4")));
  t.deepEqual(await bucket.names(), []);
});

test("without a copy here a recording is listed, played by ranges, and deleted from the bucket", async (t) => {
  const bucket = await startBucket(t);
  const s3 = s3At(bucket.port, { keep: false, prefix: "a/" });
  const { folder, call, keeping, library } = await startHttp(t, {
    keeping: { s3 },
  });
  await fill(folder, "film", "0123456789");
  await writeFile(join(folder, "film.vtt"), "WEBVTT\n");
  keeping.start();
  await until({
    what: "the file here is gone",
    read: () => existsSync(join(folder, "film.mp4")),
    accept: (there) => !there,
  });
  t.true(existsSync(join(folder, "film.vtt")), "what is small stays");
  t.is((await library.get("film")).size, 10);
  const path = "/v1/recordings/film/file";
  t.is((await call("GET", path)).text, "0123456789");
  const headers = { range: "bytes=3-5" };
  const part = await call("GET", path, { headers });
  t.is(part.status, 206);
  t.is(part.headers["content-range"], "bytes 3-5/10");
  t.is(part.text, "345");
  const { url } = (
    await call("POST", "/v1/recordings/film/shares", { json: {} })
  ).json;
  t.is((await call("GET", `${url}/file`)).text, "0123456789");
  t.is((await call("DELETE", "/v1/recordings/film")).status, 204);
  t.deepEqual(await bucket.names(), []);
  t.is((await call("GET", path)).status, 404);
});

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
