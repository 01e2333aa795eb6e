import { createHash, randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import test from "ava";
import {
  createScope,
  startHttp,
  type Answer,
  type Http,
} from "../../helpers/http.js";

const scope = createScope();
let http: Http;
test.before(async () => {
  http = await startHttp(scope.t);
});
test.after.always(() => scope.end());

/** A finished recording of this room whose file is these bytes. */
const record = async (room: string, bytes: Buffer): Promise<string> => {
  await http.call("PUT", `/v1/rooms/${room}`, {});
  const { json } = await http.call("POST", `/v1/rooms/${room}/recordings`);
  await writeFile(join(http.folder, `${json.id}.mp4`), bytes);
  await http.call("PATCH", `/v1/rooms/${room}/recordings/${json.id}`, {
    json: { state: "stopped" },
  });
  return json.id;
};

test("a recording is started, listed as running, stopped, and listed as finished", async (t) => {
  await http.call("PUT", "/v1/rooms/studio", { json: { title: "Studio" } });
  const started = await http.call("POST", "/v1/rooms/studio/recordings", {
    json: { format: "mp4", rendition: "high" },
  });
  t.is(started.status, 201);
  const { id } = started.json;
  t.is(started.headers.location, `/v1/recordings/${id}`);
  t.like(started.json, {
    room: "studio",
    title: "Studio",
    state: "recording",
    format: "mp4",
  });

  const running = await http.call("GET", "/v1/rooms/studio/recordings");
  t.deepEqual(
    running.json.map(({ id }: { id: string }) => id),
    [id],
  );
  t.true((await http.call("GET", "/v1/rooms/studio")).json.recording);
  t.is((await http.call("DELETE", `/v1/recordings/${id}`)).status, 409);
  t.is((await http.call("GET", `/v1/recordings/${id}/file`)).status, 409);

  await writeFile(join(http.folder, `${id}.mp4`), Buffer.alloc(1000));
  const path = `/v1/rooms/studio/recordings/${id}`;
  const stop = { json: { state: "stopped" } };
  const stopped = await http.call("PATCH", path, stop);
  t.is(stopped.status, 200);
  t.like(stopped.json, { id, state: "stopped", duration: 2, size: 1000 });
  t.is(
    (await http.call("PATCH", path, stop)).status,
    200,
    "stopping again changes nothing",
  );
  t.deepEqual((await http.call("GET", "/v1/rooms/studio/recordings")).json, []);
  t.deepEqual(
    (await http.call("GET", `/v1/recordings/${id}`)).json,
    stopped.json,
  );
  const all = await http.call("GET", "/v1/recordings");
  t.true(all.json.some((one: { id: string }) => one.id === id));

  t.is((await http.call("DELETE", `/v1/recordings/${id}`)).status, 204);
  for (const [method, end] of [
    ["GET", ""],
    ["DELETE", ""],
    ["GET", "/file"],
  ] as const) {
    const gone = await http.call(method, `/v1/recordings/${id}${end}`);
    t.is(gone.json.error.code, "no-such-recording");
  }
});

test("a recording is paused, goes on, and keeps when it was paused", async (t) => {
  await http.call("PUT", "/v1/rooms/pause", {});
  const { json } = await http.call("POST", "/v1/rooms/pause/recordings");
  const path = `/v1/rooms/pause/recordings/${json.id}`;
  const set = (state: string) => http.call("PATCH", path, { json: { state } });
  for (const state of ["paused", "paused", "recording", "recording"]) {
    const answer = await set(state);
    t.is(answer.status, 200);
    t.is(answer.json.state, state);
    t.is(answer.json.pauses.length, 1);
    t.is("to" in answer.json.pauses[0], state === "recording");
    const { recording } = (await http.call("GET", "/v1/rooms/pause")).json;
    t.is(recording, state === "recording");
  }
  await set("paused");
  const file = await http.call("GET", `/v1/recordings/${json.id}/file`);
  t.is(file.status, 409);
  await writeFile(join(http.folder, `${json.id}.mp4`), "data");
  const stopped = await set("stopped");
  t.like(stopped.json, { state: "stopped", duration: 2 });
  t.is(stopped.json.pauses[1].to, stopped.json.endedAt);
  for (const state of ["paused", "recording"])
    t.is((await set(state)).json.error.code, "conflict");
});

test("a recording is stopped only in its own room", async (t) => {
  const id = await record("here", Buffer.from("x"));
  await http.call("PUT", "/v1/rooms/there", {});
  const answer = await http.call("PATCH", `/v1/rooms/there/recordings/${id}`, {
    json: { state: "stopped" },
  });
  t.is(answer.json.error.code, "no-such-recording");
});

const headers = (range: string): { headers: Record<string, string> } => ({
  headers: { range },
});

test("the file comes whole, with what a player and a cache need", async (t) => {
  const bytes = randomBytes(300_000);
  const id = await record("whole", bytes);
  const path = `/v1/recordings/${id}/file`;
  const answer = await http.call("GET", path);
  t.is(answer.status, 200);
  const digest = (data: Buffer) =>
    createHash("sha256").update(data).digest("hex");
  t.is(digest(answer.bytes), digest(bytes));
  t.like(answer.headers, {
    "content-type": "video/mp4",
    "content-length": "300000",
    "accept-ranges": "bytes",
    "content-disposition": `attachment; filename="${id}.mp4"`,
  });
  const { etag, "last-modified": modified } = answer.headers;
  const head = await http.call("HEAD", path);
  t.like(head, { status: 200, text: "" });
  t.is(head.headers["content-length"], "300000");
  const again = await http.call("GET", path, {
    headers: { "if-none-match": etag ?? "" },
  });
  t.like(again, { status: 304, text: "" });
  const since = { headers: { "if-modified-since": modified ?? "" } };
  t.is((await http.call("GET", path, since)).status, 304);
});

test("ranges are exact to the byte", async (t) => {
  const bytes = randomBytes(200_000);
  const id = await record("ranges", bytes);
  const path = `/v1/recordings/${id}/file`;
  for (const [range, start, end] of [
    ["bytes=0-0", 0, 1],
    ["bytes=0-99", 0, 100],
    ["bytes=65535-131072", 65_535, 131_073],
    ["bytes=199999-", 199_999, 200_000],
    ["bytes=-5", 199_995, 200_000],
    ["bytes=100000-999999", 100_000, 200_000],
  ] as const) {
    const answer = await http.call("GET", path, headers(range));
    t.is(answer.status, 206, range);
    t.is(answer.headers["content-range"], `bytes ${start}-${end - 1}/200000`);
    t.is(answer.headers["content-length"], String(end - start));
    t.true(answer.bytes.equals(bytes.subarray(start, end)), range);
  }
  const { etag = "" } = (await http.call("HEAD", path, headers("bytes=0-9")))
    .headers;
  const resumed = (condition: string) =>
    http.call("GET", path, {
      headers: { range: "bytes=10-19", "if-range": condition },
    });
  t.is((await resumed(etag)).status, 206);
  t.is((await resumed('"another"')).bytes.length, 200_000);
});

test("a range beyond the end is 416 and says how long the file is", async (t) => {
  const id = await record("short", Buffer.from("0123456789"));
  const answer = await http.call(
    "GET",
    `/v1/recordings/${id}/file`,
    headers("bytes=10-"),
  );
  t.is(answer.status, 416);
  t.is(answer.headers["content-range"], "bytes */10");
  t.is(answer.json.error.code, "range-not-satisfiable");
});

test("an empty file is an empty answer", async (t) => {
  const id = await record("empty", Buffer.alloc(0));
  const answer = await http.call("GET", `/v1/recordings/${id}/file`);
  t.like(answer, { status: 200, text: "" });
  t.is(answer.headers["content-length"], "0");
});

test("a client that goes away in the middle of a file costs the server nothing", async (t) => {
  const id = await record("big", Buffer.alloc(20_000_000));
  const open = async (): Promise<number> => {
    const { readdir, readlink } = await import("node:fs/promises");
    const fds = await readdir("/proc/self/fd");
    const links = fds.map((fd) =>
      readlink(`/proc/self/fd/${fd}`).catch(() => ""),
    );
    return (await Promise.all(links)).filter((link) =>
      link.endsWith(`${id}.mp4`),
    ).length;
  };
  const socket = connect(http.port);
  socket.write(`GET /v1/recordings/${id}/file HTTP/1.1\r\nHost: x\r\n\r\n`);
  await once(socket, "data");
  t.is(await open(), 1);
  socket.destroy();
  const deadline = Date.now() + 5_000;
  while ((await open()) > 0 && Date.now() < deadline)
    await http.call("GET", "/livez");
  t.is(await open(), 0);
});

test("a recording that cannot start says why, and is kept as failed", async (t) => {
  const failing = createScope();
  t.teardown(() => failing.end());
  const other = await startHttp(failing.t, {
    fake: { env: { FAKE_NO_RECORDING: "1" } },
  });
  await other.call("PUT", "/v1/rooms/full", {});
  const answer: Answer = await other.call("POST", "/v1/rooms/full/recordings");
  t.is(answer.status, 502);
  t.deepEqual(answer.json.error, {
    code: "mixer-failed",
    message: "The disk is full",
  });
  const { json } = await other.call("GET", "/v1/recordings");
  t.like(json[0], {
    state: "failed",
    reason: "The disk is full",
    room: "full",
  });
});

test("beside a recording's file lie what happened in it and its chapters", async (t) => {
  const id = await record("told", Buffer.from("data"));
  const timeline = await http.call("GET", `/v1/recordings/${id}/timeline`);
  t.is(timeline.status, 200);
  t.deepEqual(timeline.json.events, []);
  const vtt = await http.call("GET", `/v1/recordings/${id}/chapters.vtt`);
  t.is(vtt.headers["content-type"], "text/vtt; charset=utf-8");
  t.regex(vtt.text, /^WEBVTT\n\n00:00:00\.000 --> 00:00:02\.000\nBeginning\n/);
  const none = await http.call("GET", "/v1/recordings/none/timeline");
  t.is(none.status, 404);
});
