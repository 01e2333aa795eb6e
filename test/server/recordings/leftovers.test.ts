import { readdir, utimes } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { restoreRooms } from "../../../server/recordings/leftovers.js";
import type { KeptRoom, LeftRoom } from "../../../server/rooms/kept.js";
import { NO_FORMS } from "../../../server/rooms/routing.js";
import { about, result, setUp } from "../../helpers/library.js";
import { silentLog } from "../../helpers/supervisor.js";

const lobby = (ids: string[]): KeptRoom => ({
  ...{ room: "lobby", lasting: false, views: {}, people: [] },
  ...{ routing: NO_FORMS },
  options: { title: "Lobby", maxParticipants: 3, stereo: false },
  recordings: ids.map((id) => ({
    ...{ id, format: "mp4", view: "main", rendition: "high" },
    ...{
      tracks: "none",
      stereo: false,
      paused: false,
      startedAt: "2026-03-04T05:06:07.000Z",
    },
  })),
});

/** A server is killed while it records these, and another one starts on its folder. */
const restart = async (
  t: ExecutionContext,
  ids: string[],
  { wait = true, minutes = 0, room = "lobby", finished = [] as string[] } = {},
) => {
  const { folder, library: killed } = await setUp(t);
  for (const id of ids) await killed.started({ ...about(id), room });
  for (const id of finished) await killed.finished(id, result(id));
  killed.keep("lobby", lobby(ids));
  await killed.close();
  const then = Date.now() / 1000 - 60 * minutes;
  for (const name of await readdir(folder))
    await utimes(join(folder, name), then, then);
  const { library } = await setUp(t, { directory: folder });
  const rooms: LeftRoom[] = [];
  const restore = (left: LeftRoom) => {
    rooms.push(left);
    return { giveUp: () => undefined };
  };
  const how = { wait, log: silentLog };
  const { waiting } = await restoreRooms(library, { restore }, how);
  await library.close();
  const files = await readdir(join(folder, ".rooms"));
  return { rooms, waiting: [...waiting], files };
};

test("recordings that a kill has cut off wait in their room, those that were finished do not", async (t) => {
  const { rooms, waiting, files } = await restart(t, ["a", "b", "c"], {
    ...{ minutes: 5, finished: ["b"] },
  });
  t.deepEqual(waiting, ["a", "c"]);
  t.deepEqual(files, ["lobby.json"]);
  t.is(rooms.length, 1);
  const [{ recordings = [], ...room } = {}] = rooms;
  t.like(room, { room: "lobby", lasting: false });
  for (const { leftAt } of recordings) {
    const ago = (Date.now() - leftAt.getTime()) / 60_000;
    t.true(Math.abs(ago - 5) < 0.5, `${ago} min`);
  }
});

for (const [what, options] of [
  ["nothing is to wait", { wait: false }],
  ["the meeting was over long ago", { minutes: 20 }],
  ["all were finished", { finished: ["a"] }],
  ["they are another room's", { room: "hall" }],
] as const)
  test(`no room is opened, and nothing stays of it, when ${what}`, async (t) => {
    const found = await restart(t, ["a"], {
      ...options,
      finished: "finished" in options ? [...options.finished] : [],
    });
    t.deepEqual(found, { rooms: [], waiting: [], files: [] });
  });
