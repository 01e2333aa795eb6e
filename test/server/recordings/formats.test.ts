import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { about, at, result, setUp } from "../../helpers/library.js";

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
