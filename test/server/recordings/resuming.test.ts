import { appendFile, mkdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { about, at, onDisk, result, setUp } from "../../helpers/library.js";
import { participantOf } from "../../helpers/people.js";

const ANN = participantOf("a", { name: "Ann", camera: false });
const BOB = participantOf("b", { name: "Bob", camera: false });

/** Ann is there when everything is killed, and Bob comes after it. */
const goOn = async (
  t: Parameters<typeof setUp>[0],
  back: { leftAt: number; at: number },
) => {
  const first = await setUp(t, { writeEvery: 1 });
  const { folder, library: killed } = first;
  await killed.started({ ...about("r"), present: [ANN] });
  const joined = { participant: "a", name: "Ann", at: at(0) };
  killed.person("r", { ...joined, event: "joined" });
  killed.told(
    "r",
    { type: "talking", talkers: ["a"], spoke: {} },
    at(back.leftAt - 1),
  );
  await killed.close();
  await appendFile(join(folder, "r.timeline.jsonl"), '{"at":"2026-03-0');

  const second = await setUp(t, { directory: folder, writeEvery: 1 });
  const { clock, library } = second;
  t.deepEqual(
    (await library.unfinished()).map(({ id }) => id),
    ["r"],
  );
  clock.seconds = back.at;
  await library.resumed("r", {
    ...{ leftAt: at(back.leftAt), at: at(back.at) },
    ...{ present: [BOB], reason: "It was restarted" },
  });
  library.person("r", {
    ...{ participant: "b", name: "Bob", at: at(back.at), event: "joined" },
  });
  t.deepEqual(await library.unfinished(), [], "it is in hand");
  return second;
};

test("a recording that goes on is one: who was there has left, and its time goes on", async (t) => {
  const { folder, clock, library } = await goOn(t, { leftAt: 10, at: 25 });
  t.is((await library.get("r")).duration, 25);
  clock.seconds = 40;
  await writeFile(join(folder, "r.mp4"), "data");
  await library.finished("r", { ...result("r"), duration: 40 }, "note", at(40));
  const entry = await onDisk(folder, "r");
  t.like(entry, { state: "stopped", startedAt: at(0).toISOString() });
  t.is(entry.endedAt, at(40).toISOString());
  t.is(entry.pauses, undefined);
  t.deepEqual(
    entry.participants.map((one: { name: string; leftAt: string }) => [
      one.name,
      one.leftAt,
    ]),
    [
      ["Ann", at(10).toISOString()],
      ["Bob", at(40).toISOString()],
    ],
  );
  const timeline = await library.timeline("r");
  t.deepEqual(
    timeline?.events.map(({ type, time }) => [type, time]),
    [
      ["joined", 0],
      ["talking", 9],
      ["talking", 10],
      ["left", 10],
      ["joined", 25],
      ["noted", 25],
    ],
  );
  t.deepEqual(timeline?.turns, [{ participant: "a", start: 9, end: 10 }]);
});

test("of a longer hole a minute is in the file, and the rest is a pause", async (t) => {
  const { folder, clock, library } = await goOn(t, { leftAt: 10, at: 310 });
  t.is((await library.get("r")).duration, 70);
  clock.seconds = 320;
  await writeFile(join(folder, "r.mp4"), "data");
  await library.finished("r", { ...result("r"), duration: 80 }, "", at(320));
  const { pauses } = await onDisk(folder, "r");
  t.deepEqual(pauses, [
    { from: at(70).toISOString(), to: at(310).toISOString() },
  ]);
  const events = (await library.timeline("r"))?.events ?? [];
  t.deepEqual(
    events.slice(-2).map(({ type, time }) => [type, time]),
    [
      ["joined", 70],
      ["noted", 70],
    ],
  );
  await library.checked("r", {
    ...{ duration: 80, decodes: true, problems: [] },
    ...{ gaps: [], black: [], silence: [] },
  });
  t.like((await library.get("r")).checks, { missing: 0, problems: [] });
});

test("a recording was last written when its newest part was", async (t) => {
  const { folder, library } = await setUp(t);
  await library.started(about("r"));
  await mkdir(join(folder, ".r"));
  for (const [name, hours] of [
    ["part-000.mp4", 1],
    ["part-001.mp4", 2],
  ] as const) {
    const path = join(folder, ".r", name);
    await writeFile(path, "");
    const time = Date.now() / 1000 + hours * 3600;
    await utimes(path, time, time);
  }
  const late = (await library.lastWritten("r")).getTime() - Date.now();
  t.true(Math.abs(late - 7_200_000) < 60_000, `${late} ms`);
});
