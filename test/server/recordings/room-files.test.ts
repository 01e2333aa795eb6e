import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { createRoomFiles } from "../../../server/recordings/room-files.js";
import { NO_FORMS } from "../../../server/rooms/routing.js";
import type { KeptRoom } from "../../../server/rooms/kept.js";
import { makeFolder } from "../../helpers/folder.js";
import { setUp } from "../../helpers/library.js";
import { silentLog } from "../../helpers/supervisor.js";
import { MAIN_VIEW } from "../../helpers/view-settings.js";

const keptRoom = (room: string, pin?: string): KeptRoom => ({
  ...{ room, lasting: true, views: { main: MAIN_VIEW }, people: [] },
  routing: NO_FORMS,
  options: { title: room, pin, maxParticipants: 3, stereo: false },
  recordings: [
    {
      ...{ id: "r", format: "mp4", view: "main", rendition: "high" },
      ...{ tracks: "none", stereo: false, paused: false, stopWhenEmpty: null },
      startedAt: "2026-03-04T05:06:07.000Z",
    },
  ],
});

test("what is kept of a room is the newest, for nobody else to read, and goes with its recordings", async (t) => {
  const folder = await makeFolder(t);
  const files = createRoomFiles(folder, silentLog);
  for (const pin of [undefined, "1", "22", "333"])
    files.keep("red", keptRoom("red", pin));
  files.keep("blue", keptRoom("blue"));
  files.keep("green", undefined);
  await files.close();
  const path = join(folder, ".rooms");
  t.is((await stat(path)).mode & 0o777, 0o700);
  t.is((await stat(join(path, "red.json"))).mode & 0o777, 0o600);
  const second = createRoomFiles(folder, silentLog);
  t.deepEqual(await second.read(), [
    JSON.parse(JSON.stringify(keptRoom("blue"))),
    keptRoom("red", "333"),
  ]);
  second.keep("red", keptRoom("red"));
  second.keep("red", undefined);
  await second.close();
  t.deepEqual(await readdir(path), ["blue.json"]);
  t.deepEqual(await (await setUp(t, { directory: folder })).library.list(), []);
});

test("what cannot be read is removed, and opens nothing", async (t) => {
  const folder = await makeFolder(t);
  const path = join(folder, ".rooms");
  await mkdir(path);
  const red = keptRoom("red", "1");
  const whole = JSON.stringify(red);
  const { options, ...rest } = red;
  for (const [name, text] of [
    ["torn.json", whole.slice(0, 40)],
    ["other.json", whole],
    ["red.json.tmp", whole],
    ["bad.json", JSON.stringify({ ...rest, room: "bad", options: { pin: 7 } })],
    ["up.json", JSON.stringify({ ...rest, options, room: "../up" })],
  ] as const)
    await writeFile(join(path, name), text);
  t.deepEqual(await createRoomFiles(folder, silentLog).read(), []);
  t.deepEqual(await readdir(path), []);
});

test("a room that cannot be written leaves no older one, which may have had no PIN", async (t) => {
  const folder = await makeFolder(t);
  const files = createRoomFiles(folder, silentLog);
  files.keep("red", keptRoom("red"));
  await files.close();
  // The next writing finds no place for its text.
  await mkdir(join(folder, ".rooms", "red.json.tmp"));
  files.keep("red", keptRoom("red", "2468"));
  await files.close();
  t.deepEqual(await createRoomFiles(folder, silentLog).read(), []);
});
