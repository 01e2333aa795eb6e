/** Copies of recordings in a bucket, on a real S3 server. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { fill, keep } from "../../helpers/backup.js";
import { s3At, startBadLine, startBucket } from "../../helpers/bucket.js";
import { makeFolder } from "../../helpers/folder.js";
import { startHttp } from "../../helpers/http.js";
import { freePort } from "../../helpers/ports.js";
import { until } from "../../helpers/until.js";

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
