import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { createScope, startHttp, type Http } from "../../helpers/http.js";

const scope = createScope();
let http: Http;

const person = (name: string) => ({
  id: `id-${name}`,
  name,
  joinedAt: "2026-01-01T10:00:00.000Z",
});

const put = (id: string, about: object) =>
  writeFile(
    join(http.folder, `${id}.json`),
    JSON.stringify({
      ...{ id, room: "red", title: "Red", state: "stopped", format: "mp4" },
      ...{ duration: 1, size: 0, participants: [] },
      ...about,
    }),
  );

test.before(async () => {
  http = await startHttp(scope.t);
  const zoe = { participants: [person("Zoë"), person("Ann")] };
  await put("one", { startedAt: "2026-01-01T10:00:00.000Z", ...zoe });
  await put("two", { startedAt: "2026-01-02T10:00:00.000Z", room: "blue" });
  await put("three", {
    ...{ startedAt: "2026-01-03T10:00:00.000Z", title: "Café talk" },
    participants: [person("Bob")],
  });
  await put("four", {
    ...{ startedAt: "2026-02-01T10:00:00.000Z", kind: "voicemail" },
    participants: [person("Ann Other")],
  });
});
test.after.always(() => scope.end());

const idsOf = async (query: string): Promise<string[]> => {
  const { json } = await http.call("GET", `/v1/recordings${query}`);
  return json.map(({ id }: { id: string }) => id);
};

const FOUND: [string, string[]][] = [
  ["", ["four", "three", "two", "one"]],
  ["?q=zoe", ["one"]],
  ["?q=ZO%C3%8B+ann", ["one"]],
  ["?q=ann", ["four", "one"]],
  ["?q=cafe", ["three"]],
  ["?q=2026-01", ["three", "two", "one"]],
  ["?q=voicemail", ["four"]],
  ["?q=nobody", []],
  ["?room=blue", ["two"]],
  ["?participant=ann", ["one"]],
  ["?participant=id-Bob", ["three"]],
  ["?from=2026-01-02", ["four", "three", "two"]],
  ["?from=2026-01-02T10:00:00Z&to=2026-01-03T10:00:00Z", ["two"]],
  ["?from=2026-01-03T12:00:00%2B02:00", ["four", "three"]],
  ["?limit=2", ["four", "three"]],
  ["?limit=2&before=three", ["two", "one"]],
  ["?before=four&room=red&limit=1", ["three"]],
];

for (const [query, ids] of FOUND)
  test(`recordings asked for with "${query}" are ${ids.join(", ") || "none"}`, async (t) => {
    t.deepEqual(await idsOf(query), ids);
  });

test("Link leads through all pages with what was asked for", async (t) => {
  const seen: string[] = [];
  let path: string | undefined = "/v1/recordings?room=red&limit=1";
  while (path !== undefined) {
    const { json, headers } = await http.call("GET", path);
    seen.push(json[0].id);
    path = /^<(.+)>; rel="next"$/.exec(headers.link ?? "")?.[1];
  }
  t.deepEqual(seen, ["four", "three", "one"]);
});

const WRONG: [string, string][] = [
  ["?limit=0", "bad-request"],
  ["?limit=many", "bad-request"],
  ["?from=yesterday", "bad-request"],
  ["?room=no+room", "bad-request"],
  ["?q=", "bad-request"],
  ["?colour=red", "bad-request"],
  ["?before=never-was", "no-such-recording"],
];

for (const [query, code] of WRONG)
  test(`recordings asked for with "${query}" are refused as ${code}`, async (t) => {
    const { json } = await http.call("GET", `/v1/recordings${query}`);
    t.is(json.error.code, code);
  });
