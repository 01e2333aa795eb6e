import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { createLibrary } from "../../../server/recordings/library.js";
import type { ServerMessage } from "../../../server/signaling/messages.js";
import { makeFolder } from "../../helpers/folder.js";
import { participantOf } from "../../helpers/people.js";
import { silentLog } from "../../helpers/supervisor.js";

const START = Date.parse("2026-03-04T05:06:07.000Z");
const at = (seconds: number): Date => new Date(START + seconds * 1000);

const ANN = participantOf("a", { name: "Ann", camera: false });
const BOB = { ...ANN, id: "b", name: "Bob" };

const setUp = (t: ExecutionContext, directory: string) => {
  const clock = { seconds: 0 };
  const now = () => at(clock.seconds);
  const library = createLibrary({ directory, log: silentLog, now });
  t.teardown(() => library.close());
  const tell = (seconds: number, message: ServerMessage): void => {
    clock.seconds = seconds;
    library.told("r", message, now());
  };
  return { clock, library, tell };
};

const start = (library: ReturnType<typeof setUp>["library"]) =>
  library.started({
    ...{ id: "r", room: "lobby", title: "The lobby", format: "mp4" },
    startedAt: at(0),
    present: [ANN],
  });

test("a meeting's timeline has the file's times, and its pauses take none", async (t) => {
  const folder = await makeFolder(t);
  const { clock, library, tell } = setUp(t, folder);
  await start(library);
  tell(5, { type: "talking", talkers: ["a"], spoke: {} });
  tell(8, { type: "talking", talkers: [], spoke: {} });
  clock.seconds = 10;
  await library.paused("r", true);
  clock.seconds = 40;
  await library.paused("r", false);
  tell(60, { type: "participant", participant: BOB });
  await writeFile(join(folder, "r.mp4"), "data");
  await library.finished("r", { duration: 50, size: 4, file: "r.mp4" });
  const timeline = await library.timeline("r");
  t.deepEqual(
    timeline?.events.map(({ type, time }) => [type, time]),
    [
      ["joined", 0],
      ["talking", 5],
      ["talking", 8],
      ["paused", 10],
      ["resumed", 10],
      ["joined", 30],
    ],
  );
  t.deepEqual(timeline?.turns, [{ participant: "a", start: 5, end: 8 }]);
  t.deepEqual(timeline?.chapters, [
    { start: 0, end: 30, title: "Beginning: Ann" },
    { start: 30, end: 50, title: "Bob joins" },
  ]);
  t.regex(await readFile(join(folder, "r.vtt"), "utf8"), /^WEBVTT\n\n00:00:00/);
  t.deepEqual((await readdir(folder)).sort(), [
    ...["r.json", "r.mp4", "r.timeline.json", "r.vtt"],
  ]);
  await library.remove("r");
  t.deepEqual(await readdir(folder), []);
});

test("what a killed server noted down is there when its recording is repaired", async (t) => {
  const folder = await makeFolder(t);
  const first = setUp(t, folder);
  await start(first.library);
  first.tell(5, { type: "talking", talkers: ["a"], spoke: {} });
  // As a kill leaves it: what was noted more than a second ago is on disk.
  await first.library.close();
  await writeFile(join(folder, "r.mp4"), "data");
  const second = setUp(t, folder);
  await second.library.finished("r", { duration: 7, size: 4, file: "r.mp4" });
  t.deepEqual((await second.library.timeline("r"))?.turns, [
    { participant: "a", start: 5, end: 7 },
  ]);
});

test("what is told of no recording is nothing, and a lost timeline too", async (t) => {
  const folder = await makeFolder(t);
  const { library, tell } = setUp(t, folder);
  tell(1, { type: "talking", talkers: ["a"], spoke: {} });
  await start(library);
  await t.throwsAsync(library.timeline("r"), { code: "conflict" });
  await library.failed("r", "The disk is full");
  await writeFile(join(folder, "r.timeline.json"), "{");
  t.is(await library.timeline("r"), undefined);
});
