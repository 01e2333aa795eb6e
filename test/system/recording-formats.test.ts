import { readFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import type { RecordingEntry } from "../../server/recordings/entry.js";
import { startLoad } from "../bench/load/start.js";
import { ask } from "../helpers/ask.js";
import { decodeErrors, probeFile } from "../helpers/probe.js";
import { startServer } from "../helpers/server.js";
import { until } from "../helpers/until.js";

const PEOPLE = {
  ...{ room: "formats", participants: 2, talkers: 1, viewers: 0 },
  ...{ camera: true, muted: false, video: "h264" as const },
};
const PATH = "/v1/rooms/formats/recordings";

test.serial(
  "recordings of several formats run at once, end by themselves, are looked through, and say who was left out",
  async (t) => {
    const server = await startServer(t);
    const load = await startLoad(server, PEOPLE);
    t.teardown(() => load.disconnect());
    const start = (body: object) =>
      ask<RecordingEntry>(server, PATH, "POST", body);
    const [web, exact, rest] = await Promise.all([
      start({ format: "webm", rendition: "360p", maxDuration: 4 }),
      start({ format: "flac", maxSize: 400_000 }),
      start({ format: "mp4", maxDuration: 4 }),
    ]);
    const [one] = await ask<{ id: string; recorded: boolean }[]>(
      server,
      "/v1/rooms/formats/participants",
    );
    t.true(one!.recorded);
    const path = `/v1/rooms/formats/participants/${one!.id}`;
    await ask(server, path, "PATCH", { recorded: false });

    for (const { id } of [web, exact, rest]) {
      const { value: entry } = await until({
        what: `${id} has ended and was looked through`,
        read: () => ask<RecordingEntry>(server, `/v1/recordings/${id}`),
        accept: ({ checks, state }) =>
          checks !== undefined || state === "failed",
        within: 60_000,
      });
      t.is(entry.state, "stopped", entry.reason);
      t.regex(entry.reason!, /It ended at its limit of/);
      t.true(entry.checks!.decodes);
      t.deepEqual(entry.checks!.gaps, []);
      t.log(entry.format, entry.reason, JSON.stringify(entry.checks));
      t.is(
        entry.participants.find((it) => it.id === one!.id)?.unrecorded,
        true,
      );
      const file = join(server.recordings, `${id}.${entry.format}`);
      t.is(await decodeErrors(file), "");
      const response = await fetch(`${server.url}/v1/recordings/${id}/file`);
      t.true(
        (await readFile(file)).equals(
          Buffer.from(await response.arrayBuffer()),
        ),
      );
      t.is(
        response.headers.get("content-type"),
        { webm: "video/webm", flac: "audio/flac", mp4: "video/mp4" }[
          entry.format as "webm" | "flac" | "mp4"
        ],
      );
    }
    const file = join(server.recordings, `${web.id}.webm`);
    t.like((await probeFile(file)).video, { codec: "vp8", height: 360 });
  },
);
