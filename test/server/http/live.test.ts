import test from "ava";
import type { LivePiece } from "../../../mixer/contract.js";
import {
  API_KEY,
  createScope,
  sign,
  startHttp,
  type Http,
} from "../../helpers/http.js";

const scope = createScope();
let http: Http;
test.before(async () => {
  http = await startHttp(scope.t, { apiKey: API_KEY, openRooms: ["lobby"] });
});
test.after.always(() => scope.end());

const key = { token: API_KEY };

const head = (track: string): LivePiece => ({
  kind: "head",
  track,
  data: Uint8Array.of(1, 2),
  codec: track === "audio" ? "mp4a.40.2" : "avc1.42c01f",
  bitrate: 100_000,
  ...(track === "audio"
    ? {}
    : { picture: { width: 640, height: 360, fps: 30 } }),
});

const part = (track: string, index: number, first: boolean): LivePiece => ({
  kind: "part",
  track,
  data: Uint8Array.of(index),
  first,
  independent: first,
  duration: 0.5,
  at: 0,
});

/** An HLS output of a new room, with one segment and a part of the next. */
const begin = async (room: string, options: object = {}) => {
  await http.call("PUT", `/v1/rooms/${room}`, { json: options, ...key });
  const path = `/v1/rooms/${room}/live`;
  const json = { type: "hls" };
  const started = await http.call("POST", path, { json, ...key });
  const { id } = started.json as { id: string };
  const { window } = http.directory.find(room)!.lives.hls(id)!;
  for (const track of ["360p", "audio"]) {
    window.take(head(track));
    for (let i = 0; i < 5; i++) window.take(part(track, i, i % 4 === 0));
  }
  return { id, window, started, at: `/live/${room}/${id}` };
};

test("an HLS output is started, listed, served to players of every site, and ended", async (t) => {
  const { id, started, at } = await begin("red");
  t.is(started.status, 201);
  t.is(started.headers["location"], `/v1/rooms/red/live/${id}`);
  t.like(started.json, { type: "hls", url: `${at}/index.m3u8` });
  t.is(started.json.page, "/live/red");
  const list = await http.call("GET", "/v1/rooms/red/live", key);
  t.is(list.json[0].id, id);
  const master = await http.call("GET", `${at}/index.m3u8`);
  t.is(master.headers["content-type"], "application/vnd.apple.mpegurl");
  t.is(master.headers["access-control-allow-origin"], "*");
  t.is(master.headers["cache-control"], "no-cache");
  t.regex(master.text, /^360p\.m3u8$/m);
  const segment = await http.call("GET", `${at}/360p/0.m4s`);
  t.is(segment.headers["content-type"], "video/mp4");
  t.regex(segment.headers["cache-control"]!, /immutable/);
  t.deepEqual([...segment.bytes], [0, 1, 2, 3]);
  const sound = await http.call("GET", `${at}/audio/0-2.m4s`);
  t.is(sound.headers["content-type"], "audio/mp4");
  t.deepEqual([...sound.bytes], [2]);
  t.is((await http.call("GET", `${at}/360p/head-0.mp4`)).bytes.length, 2);
  const ended = await http.call("DELETE", `/v1/rooms/red/live/${id}`, key);
  t.is(ended.status, 204);
  const last = await http.call("GET", `${at}/360p.m3u8`);
  t.regex(last.text, /#EXT-X-ENDLIST/, "players are some seconds behind");
});

test("a playlist, and a part that was hinted at, is waited for until it is there", async (t) => {
  const { window, at } = await begin("blue");
  const asked = [
    `${at}/360p.m3u8?_HLS_msn=1&_HLS_part=1`,
    `${at}/360p/1-1.m4s`,
  ].map((path) => http.call("GET", path));
  const isEarly = await Promise.race([
    ...asked.map((one) => one.then(() => true)),
    new Promise((resolve) => setTimeout(resolve, 150, false)),
  ]);
  t.false(isEarly);
  window.take(part("360p", 9, false));
  const [playlist, media] = await Promise.all(asked);
  t.regex(playlist!.text, /360p\/1-1\.m4s/);
  t.deepEqual([...media!.bytes], [9]);
  const far = await http.call("GET", `${at}/360p.m3u8?_HLS_msn=9`);
  t.is(far.status, 400);
});

test("what can be watched now is told to whoever may watch, as WHEP has it", async (t) => {
  const { id } = await begin("green", { pin: "123" });
  const now = "/live/green/now.json";
  t.is((await http.call("GET", now)).status, 401);
  t.is((await http.call("GET", now, key)).json.error.code, "wrong-pin");
  const other = { token: await sign({ room: "other" }) };
  t.is((await http.call("GET", `${now}?pin=123`, other)).status, 403);
  const own = { token: await sign({ room: "green" }) };
  const told = await http.call("GET", `${now}?pin=123`, own);
  t.like(told.json.live[0], { id, lowLatency: true });
  const empty = await http.call("GET", "/live/lobby/now.json");
  t.deepEqual(empty.json, { live: [] });
  t.is(http.directory.find("lobby"), undefined, "looking opens no room");
});

for (const request of [
  "GET /v1/rooms/red/live",
  "POST /v1/rooms/red/live",
  "GET /v1/rooms/red/live/x",
  "DELETE /v1/rooms/red/live/x",
])
  test(`${request} needs the right to manage the room`, async (t) => {
    const [method = "", path = ""] = request.split(" ");
    t.is((await http.call(method, path)).status, 401);
    const token = await sign({ room: "red", role: "participant" });
    t.is((await http.call(method, path, { token })).status, 403);
  });
