import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { createKeeping } from "../../../server/recordings/keeping.js";
import { makeFolder } from "../../helpers/folder.js";
import { API_KEY, startHttp } from "../../helpers/http.js";
import { silentLog } from "../../helpers/supervisor.js";

const TIMELINE = {
  events: [
    {
      ...{ type: "chat", participant: "a", name: "Ann", text: "secret" },
      ...{ at: "2026-01-01T10:00:00.000Z", time: 0 },
    },
  ],
  chapters: [{ start: 0, end: 2, title: "Beginning" }],
  turns: [{ participant: "a", start: 0.5, end: 1 }],
};

const start = async (t: ExecutionContext, at = "2026-01-01T10:00:00.000Z") => {
  const http = await startHttp(t, { apiKey: API_KEY });
  const { folder } = http;
  const about = {
    ...{ id: "film", room: "red", title: "Red", state: "stopped" },
    ...{ format: "mp4", startedAt: at, duration: 2, size: 0 },
    participants: [{ id: "a", name: "Ann", joinedAt: at }],
    reason: "for those with the key",
  };
  await writeFile(join(folder, "film.json"), JSON.stringify(about));
  await writeFile(join(folder, "film.mp4"), "0123456789");
  const timeline = JSON.stringify(TIMELINE);
  await writeFile(join(folder, "film.timeline.json"), timeline);
  const ask = (method: string, path: string, json?: unknown) =>
    http.call(method, path, { json, token: API_KEY });
  const share = async (json: object = {}) =>
    (await ask("POST", "/v1/recordings/film/shares", json)).json;
  return { ...http, ask, share };
};

test("a link opens its recording without a key, by ranges, and nothing else", async (t) => {
  const { call, share } = await start(t);
  const made = await share();
  t.regex(made.token, /^[\w-]{32}$/);
  t.is(made.url, `/s/${made.token}`);
  const days = (Date.parse(made.expires) - Date.now()) / 86_400_000;
  t.true(days > 6.9 && days <= 7);

  const file = await call("GET", `${made.url}/file`);
  t.is(file.status, 200);
  t.is(file.text, "0123456789");
  t.is(file.headers["x-robots-tag"], "noindex");
  const headers = { range: "bytes=2-4" };
  const part = await call("GET", `${made.url}/file`, { headers });
  t.is(part.status, 206);
  t.is(part.text, "234");
  t.is((await call("HEAD", `${made.url}/file`)).status, 200);

  const about = await call("GET", `${made.url}/about.json`);
  t.like(about.json, { title: "Red", duration: 2, size: 10 });
  t.deepEqual(about.json.participants, [{ id: "a", name: "Ann" }]);
  t.false("room" in about.json || "reason" in about.json);
  const timeline = await call("GET", `${made.url}/timeline`);
  t.deepEqual(Object.keys(timeline.json), ["chapters", "turns"]);
  t.false(timeline.text.includes("secret"));
  const chapters = await call("GET", `${made.url}/chapters.vtt`);
  t.regex(chapters.text, /^WEBVTT[^]*Beginning/);

  t.is((await call("GET", `${made.url}/package`)).status, 403);
  t.is((await call("GET", `${made.url}/tracks/a.opus`)).status, 403);
  t.is((await call("GET", "/v1/recordings/film/file")).status, 401);
  t.is((await call("GET", "/v1/recordings")).status, 401);
  t.is((await call("DELETE", made.url)).status, 404);
});

test("links are listed without their tokens, and end when they are taken back", async (t) => {
  const { call, ask, share, folder } = await start(t);
  const [first, second] = [await share(), await share({ seconds: 60 })];
  const path = "/v1/recordings/film/shares";
  const { json } = await ask("GET", path);
  t.deepEqual(
    json.map(({ id }: { id: string }) => id),
    [second.id, first.id],
  );
  t.deepEqual(Object.keys(json[0]), ["id", "createdAt", "expires"]);
  const stored = await readFile(join(folder, ".shares.json"), "utf8");
  t.false(stored.includes(first.token));

  t.is((await ask("DELETE", `${path}/${first.id}`)).status, 204);
  for (const end of ["file", "about.json", "timeline", "chapters.vtt"]) {
    const gone = await call("GET", `${first.url}/${end}`);
    t.is(gone.status, 410, end);
    t.is(gone.json.error.code, "gone");
  }
  t.is((await call("GET", `${second.url}/file`)).status, 200);
  t.is((await ask("GET", path)).json.length, 1);
  t.is((await ask("DELETE", `${path}/nothing`)).status, 404);
});

test("a link ends by itself after its seconds", async (t) => {
  const { call, ask, share } = await start(t);
  const made = await share({ seconds: 1 });
  t.is((await call("GET", `${made.url}/file`)).status, 200);
  await new Promise((resolve) =>
    setTimeout(resolve, Date.parse(made.expires) - Date.now() + 20),
  );
  t.is((await call("GET", `${made.url}/file`)).status, 410);
  t.deepEqual((await ask("GET", "/v1/recordings/film/shares")).json, []);
});

test("links outlive the server, but for those of a player of one's own", async (t) => {
  const { share, folder, library, ask } = await start(t);
  const [made, passing] = [await share(), await share({ passing: true })];
  t.is((await ask("GET", "/v1/recordings/film/shares")).json.length, 1);
  const { shares } = createKeeping({
    ...{ directory: folder, library, log: silentLog, limits: {} },
    isNeeded: () => false,
  });
  t.deepEqual(shares.open(made.token), { recording: "film", passing: false });
  t.throws(() => shares.open(passing.token), { message: /no such link/ });
});

test("the links of a deleted recording are gone with it", async (t) => {
  const { call, ask, share, folder } = await start(t);
  const { url } = await share();
  t.is((await ask("DELETE", "/v1/recordings/film")).status, 204);
  t.is((await call("GET", `${url}/file`)).status, 404);
  t.is(await readFile(join(folder, ".shares.json"), "utf8"), "[]");
});

test("the page of a link has the status of the link", async (t) => {
  const pages = await makeFolder(t);
  await writeFile(join(pages, "index.html"), "<p>page");
  const { call, folder } = await startHttp(t, { pages });
  await writeFile(join(folder, "film.mp4"), "x");
  const path = "/v1/recordings/film/shares";
  const { id, url } = (await call("POST", path, { json: {} })).json;
  const open = await call("GET", url);
  t.is(open.status, 200);
  t.is(open.headers["x-robots-tag"], "noindex");
  await call("DELETE", `${path}/${id}`);
  const gone = await call("GET", url);
  t.is(gone.status, 410);
  t.is(gone.text, "<p>page");
  t.is((await call("GET", "/s/none")).status, 404);
});

for (const json of [{ seconds: 0 }, { seconds: 1e9 }, { days: 1 }])
  test(`a link with ${JSON.stringify(json)} is refused`, async (t) => {
    const { ask } = await start(t);
    const { status } = await ask("POST", "/v1/recordings/film/shares", json);
    t.is(status, 400);
  });
