import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import {
  API_KEY,
  createScope,
  sign,
  startHttp,
  type Http,
} from "../../helpers/http.js";
import { ANN, BEN, makeRecording } from "../../helpers/tracks.js";
import { until } from "../../helpers/until.js";

const scope = createScope();
let http: Http;
test.before(async () => {
  http = await startHttp(scope.t, { apiKey: API_KEY });
  const entry = await makeRecording(http.folder, "rec", [ANN, BEN], 2);
  const write = (id: string, change: object) =>
    writeFile(
      join(http.folder, `${id}.json`),
      JSON.stringify({ ...entry, id, ...change }),
    );
  await write("rec", {});
  await write("plain", { tracks: undefined });
});
test.after.always(() => scope.end());

const call = (method: string, path: string, json?: unknown, token = API_KEY) =>
  http.call(method, path, { json, token });

test("a render is taken, listed, and becomes a recording with a file and a timeline", async (t) => {
  const body = { format: "m4a", without: ["ben"] };
  const taken = await call("POST", "/v1/recordings/rec/render", body);
  t.is(taken.status, 202);
  const { id } = taken.json;
  t.is(taken.headers.location, `/v1/renders/${id}`);
  t.like(taken.json, { recording: "rec", progress: 0 });
  t.false("request" in taken.json || "output" in taken.json);
  const { value } = await until({
    what: "it is done",
    read: () => call("GET", `/v1/renders/${id}`),
    accept: ({ json }) => json.state === "done" || json.state === "failed",
    within: 60_000,
  });
  t.like(value.json, { state: "done", progress: 1 });
  const listed = await call("GET", "/v1/renders");
  t.true(listed.json.some((job: { id: string }) => job.id === id));
  const made = `/v1/recordings/${value.json.result}`;
  t.like((await call("GET", made)).json, {
    renderedFrom: "rec",
    format: "m4a",
  });
  const file = await call("GET", `${made}/file`);
  t.is(file.headers["content-type"], "audio/mp4");
  const ended = await call("DELETE", `/v1/renders/${id}`);
  t.like(ended, { status: 200, json: { state: "done" } });
});

for (const [says, path, body, status, message] of [
  ["another field", "rec", { layuot: "grid" }, 400, /^layuot: unknown field/],
  ["a layout", "rec", { layout: "x" }, 400, /^layout: /],
  [
    "a region of a layout",
    "rec",
    { layout: { regions: [{ x: 0, y: 0, width: 2, height: 1 }] } },
    400,
    /^layout\.regions\.0\.width: /,
  ],
  ["a canvas", "rec", { canvas: { width: 99999 } }, 400, /^canvas\./],
  ["both", "rec", { only: "ann", without: ["ben"] }, 400, /^without: /],
  ["the end", "rec", { from: 2.5 }, 400, /^from: the recording lasts 2\.00 s/],
  ["a person", "rec", { without: ["eve"] }, 400, /^without\.0: "eve"/],
  ["no tracks", "plain", { layout: "grid" }, 409, /^layout: .*without tracks/],
  ["no recording", "nothing", {}, 404, /no recording "nothing"/],
] as const)
  test(`what is wrong is named: ${says}`, async (t) => {
    const answer = await call("POST", `/v1/recordings/${path}/render`, body);
    t.is(answer.status, status);
    t.regex(answer.json.error.message, message);
  });

test("there is nothing of a render that is not there", async (t) => {
  for (const method of ["GET", "DELETE"]) {
    const answer = await call(method, "/v1/renders/nothing");
    t.like(answer, { status: 404, json: { error: { code: "not-found" } } });
  }
});

test("who may manage another room alone sees and starts nothing", async (t) => {
  const body = { format: "wav" };
  const { json } = await call("POST", "/v1/recordings/rec/render", body);
  const other = await sign({ room: "other", role: "moderator" });
  const path = `/v1/renders/${json.id}`;
  const post = "/v1/recordings/rec/render";
  t.is((await call("GET", path, undefined, other)).status, 403);
  t.is((await call("DELETE", path, undefined, other)).status, 403);
  t.is((await call("POST", post, body, other)).status, 403);
  t.deepEqual((await call("GET", "/v1/renders", undefined, other)).json, []);
  const own = await sign({ room: "lobby", role: "moderator" });
  t.is((await call("DELETE", path, undefined, own)).status, 200);
  const nobody = await http.call("GET", "/v1/renders");
  t.is(nobody.status, 401);
});
