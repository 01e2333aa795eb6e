import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { pino } from "pino";
import { createLibrary } from "../../../server/recordings/library.js";
import { makeFolder } from "../../helpers/folder.js";

const START = Date.parse("2026-03-04T05:06:07.000Z");
const at = (seconds: number): Date => new Date(START + seconds * 1000);

const setUp = async (
  t: ExecutionContext,
  { writeEvery = 60_000, directory = "" } = {},
) => {
  const folder = directory || (await makeFolder(t));
  const clock = { seconds: 0 };
  const lines: Record<string, unknown>[] = [];
  const log = pino(
    { level: "warn" },
    { write: (l) => lines.push(JSON.parse(l)) },
  );
  const now = () => at(clock.seconds);
  const library = createLibrary({ directory: folder, log, now, writeEvery });
  t.teardown(() => library.close());
  return { folder, clock, lines, library };
};

const about = (id: string) => ({
  id,
  room: "lobby",
  title: "The lobby",
  format: "mp4" as const,
  startedAt: at(0),
});
const result = (id: string) => ({ duration: 9.5, size: 4, file: `${id}.mp4` });

for (const [format, type] of [
  ["webm", "video/webm"],
  ["m4a", "audio/mp4"],
  ["opus", "audio/ogg"],
  ["wav", "audio/wav"],
  ["flac", "audio/flac"],
] as const)
  test(`a recording in ${format} is listed, has its media type, and can be removed`, async (t) => {
    const { folder, library } = await setUp(t);
    await library.started({ ...about("a"), format });
    await writeFile(join(folder, `a.${format}`), "1234");
    await library.finished("a", { ...result("a"), file: `a.${format}` });
    t.like(await library.file("a"), { type, name: `a.${format}`, size: 4 });
    await writeFile(join(folder, `lost.${format}`), "12");
    t.deepEqual(
      (await library.list()).map(({ id, format: it }) => [id, it]).sort(),
      [
        ["a", format],
        ["lost", format],
      ],
    );
    await library.remove("a");
    await library.remove("lost");
    t.deepEqual(await readdir(folder), []);
  });

const CHECKS = {
  duration: 5,
  ...{ gaps: [], black: [], silence: [], decodes: true },
  problems: ["All of it is silent"],
};

test("what was found in a file is in its description, with what is missing of it", async (t) => {
  const { folder, clock, library } = await setUp(t);
  await library.started(about("a"));
  await writeFile(join(folder, "a.mp4"), "1234");
  await library.checked("a", CHECKS);
  t.is((await library.get("a")).checks, undefined, "not while it runs");
  clock.seconds = 9.5;
  await library.finished("a", result("a"));
  await library.checked("a", CHECKS);
  const { checks } = await library.get("a");
  t.is(checks?.missing, 4.5);
  t.deepEqual(checks?.problems, [
    "All of it is silent",
    "4.5 s are missing of what was recorded",
  ]);
  await library.remove("a");
  await library.checked("a", CHECKS);
  t.deepEqual(await readdir(folder), []);
});

test("who did not want to be recorded is noted so", async (t) => {
  const { library } = await setUp(t);
  await library.started(about("a"));
  const ann = { participant: "ann", name: "Ann", at: at(1) };
  library.person("a", { ...ann, event: "joined" });
  library.person("a", { ...ann, event: "unrecorded" });
  const [found] = (await library.get("a")).participants;
  t.true(found?.unrecorded);
});
