/** Feeds and sounds over REST, on a mixer that plays everything at once. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import {
  API_KEY,
  createScope,
  sign,
  startHttp,
  type Http,
} from "../../helpers/http.js";

const scope = createScope();
let http: Http;
let rooms = 0;

test.before(async () => {
  http = await startHttp(scope.t, { apiKey: API_KEY });
});
test.after.always(() => scope.end());

const call = (method: string, path: string, json?: unknown) =>
  http.call(method, path, { json, token: API_KEY });

const openRoom = async (): Promise<string> => {
  const path = `/v1/rooms/played-${++rooms}`;
  await call("PUT", path, {});
  return path;
};

for (const [what, json] of [
  ["feeds", {}],
  ["feeds", { file: "a.mp4", recording: "b" }],
  ["feeds", { file: "a.mp4", volume: 5 }],
  ["feeds", { file: "a.mp4", position: -1 }],
  ["feeds", { file: "a.mp4", name: "" }],
  ["feeds", { file: "a.mp4", tile: 1 }],
  ["feeds", { file: "" }],
  ["feeds", { push: "srt" }],
  ["feeds", { push: "rtmp", file: "a.mp4" }],
  ["sounds", { file: "a.mp3", upload: "b" }],
  ["sounds", { file: "a.mp3", duck: -3 }],
  ["sounds", { file: "a.mp3", participant: "../x" }],
  ["sounds", { url: "http://a.example.com/" }],
] as const)
  test(`POST ${what} ${JSON.stringify(json)} is refused`, async (t) => {
    const room = await openRoom();
    const answer = await call("POST", `${room}/${what}`, json);
    t.is(answer.status, 400);
    t.deepEqual((await call("GET", `${room}/${what}`)).json, []);
    t.deepEqual((await call("GET", `${room}/participants`)).json, []);
  });

test("without a port for them there are no pushes, and nobody has come", async (t) => {
  const room = await openRoom();
  const answer = await call("POST", `${room}/feeds`, { push: "rtmp" });
  t.is(answer.status, 403);
  t.regex(answer.text, /TUTTI_RTMP_PORT/);
  t.deepEqual((await call("GET", `${room}/participants`)).json, []);
});

test("a push waits with its address and key until it is ended", async (t) => {
  const rtmp = await startHttp(t, { apiKey: API_KEY, rtmpPort: 1935 });
  const ask = (method: string, path: string, json?: unknown) =>
    rtmp.call(method, path, { json, token: API_KEY });
  await ask("PUT", "/v1/rooms/obs", {});
  const made = await ask("POST", "/v1/rooms/obs/feeds", { push: "rtmp" });
  t.is(made.status, 201);
  const { id, key } = made.json;
  const shown = {
    ...{ id, key, name: "rtmp", push: "rtmp", state: "waiting" },
    ...{ url: "rtmp://localhost:1935/live", position: 0 },
    ...{ loop: false, volume: 1 },
  };
  t.deepEqual(made.json, shown);
  const path = `/v1/rooms/obs/feeds/${id}`;
  t.deepEqual((await ask("GET", path)).json, shown);
  const [person] = (await ask("GET", "/v1/rooms/obs/participants")).json;
  t.like(person, { id, camera: false });
  t.is((await ask("PATCH", path, { volume: 2 })).json.volume, 2);
  t.is((await ask("PATCH", path, { state: "paused" })).json.state, "waiting");
  t.is((await ask("DELETE", path)).status, 204);
  t.is((await ask("GET", path)).status, 404);
});

test("a feed is a participant, and goes with it", async (t) => {
  const room = await openRoom();
  const url = "rtsp://me:word@cam.example.com/x";
  const made = await call("POST", `${room}/feeds`, {
    url,
    volume: 2,
    loop: true,
  });
  t.is(made.status, 201);
  const { id } = made.json;
  t.is(made.headers.location, `${room}/feeds/${id}`);
  t.like(made.json, {
    ...{ name: "cam.example.com", state: "playing", duration: 100 },
    ...{ url: "rtsp://me:***@cam.example.com/x", volume: 2, loop: true },
  });
  const [person] = (await call("GET", `${room}/participants`)).json;
  t.like(person, { id, gain: 2, music: true, camera: true, state: "present" });
  const change = { state: "paused", position: 7, volume: 1 };
  const changed = await call("PATCH", `${room}/feeds/${id}`, change);
  t.like(changed.json, { state: "paused", position: 7, volume: 1, loop: true });
  t.is((await call("DELETE", `${room}/participants/${id}`)).status, 204);
  t.is((await call("GET", `${room}/feeds/${id}`)).status, 404);
  t.is((await call("PATCH", `${room}/feeds/${id}`, {})).status, 404);
  t.is((await call("DELETE", `${room}/feeds/${id}`)).status, 404);
});

test("what the mixer cannot play leaves nobody behind", async (t) => {
  const room = await openRoom();
  for (const [file, status] of [
    ["none.mp4", 404],
    ["text.txt", 400],
  ] as const) {
    t.is((await call("POST", `${room}/feeds`, { file })).status, status);
    t.is((await call("POST", `${room}/sounds`, { file })).status, status);
  }
  t.deepEqual((await call("GET", `${room}/participants`)).json, []);
  t.deepEqual((await call("GET", `${room}/sounds`)).json, []);
});

test("a feed takes a place in the room", async (t) => {
  const room = await openRoom();
  const feed = () => call("POST", `${room}/feeds`, { file: "a.mp4" });
  const answers = [await feed(), await feed(), await feed(), await feed()];
  t.deepEqual(
    answers.map(({ status }) => status),
    [201, 201, 201, 409],
  );
});

test("a sound for one goes with its listener, and there are sixteen at most", async (t) => {
  const room = await openRoom();
  const { json: feed } = await call("POST", `${room}/feeds`, { file: "a.mp4" });
  const sound = { file: "a.mp3", participant: feed.id, duck: 20 };
  const made = await call("POST", `${room}/sounds`, sound);
  t.like(made.json, { file: "a.mp3", participant: feed.id, duck: 20 });
  await call("DELETE", `${room}/feeds/${feed.id}`);
  t.deepEqual((await call("GET", `${room}/sounds`)).json, []);
  t.is((await call("POST", `${room}/sounds`, sound)).status, 404);
  for (let i = 0; i < 16; i++)
    await call("POST", `${room}/sounds`, { file: "a.mp3" });
  const another = await call("POST", `${room}/sounds`, { file: "a.mp3" });
  t.is(another.status, 409);
});

test("the files of the folder are listed, for moderators", async (t) => {
  t.deepEqual((await call("GET", "/v1/media")).json, []);
  await mkdir(join(http.folder, "media/jingles"), { recursive: true });
  await writeFile(join(http.folder, "media/jingles/a.mp3"), "");
  t.deepEqual((await call("GET", "/v1/media")).json, ["jingles/a.mp3"]);
  const token = await sign({ room: "x", role: "participant" });
  t.is((await http.call("GET", "/v1/media", { token })).status, 403);
});

test("who moderates another room, or none, may not", async (t) => {
  const room = await openRoom();
  const other = await sign({ room: "other", role: "moderator" });
  const guest = await sign({
    room: room.split("/").at(-1)!,
    role: "participant",
  });
  for (const token of [other, guest])
    for (const path of [`${room}/feeds`, `${room}/sounds`]) {
      const json = { file: "a.mp4" };
      t.is((await http.call("POST", path, { json, token })).status, 403);
      t.is((await http.call("GET", path, { token })).status, 403);
    }
  t.is((await http.call("GET", "/v1/sounds", { token: guest })).status, 403);
  t.is((await http.call("GET", "/v1/sounds")).status, 401);
});

test("a recording of another room is nobody's to play", async (t) => {
  await http.library.started({
    ...{ id: "theirs", room: "theirs", title: "Theirs", format: "mp4" },
    startedAt: new Date(),
  });
  const room = await openRoom();
  const token = await sign({
    room: room.split("/").at(-1)!,
    role: "moderator",
  });
  const json = { recording: "theirs" };
  const answer = await http.call("POST", `${room}/feeds`, { json, token });
  t.is(answer.status, 403);
  t.is((await call("POST", `${room}/feeds`, json)).status, 409);
});
