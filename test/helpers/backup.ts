/** Recordings on the disk, and what a server does with them and a bucket. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import type { RecordingEntry } from "../../server/recordings/entry.js";
import { createKeeping } from "../../server/recordings/keeping.js";
import { createLibrary } from "../../server/recordings/library.js";
import type { S3 } from "../../server/settings-kept.js";
import { silentLog } from "./supervisor.js";
import { until } from "./until.js";

const AT = "2026-01-01T10:00:00.000Z";

export const fill = async (
  folder: string,
  id: string,
  bytes: Buffer | string,
) => {
  const entry = {
    ...{ id, room: "red", title: "Red", state: "stopped", format: "mp4" },
    ...{ startedAt: AT, endedAt: AT, duration: 1, size: 0, participants: [] },
  };
  await writeFile(join(folder, `${id}.json`), JSON.stringify(entry));
  await writeFile(join(folder, `${id}.mp4`), bytes);
};

/** A server's part of it on this folder, as after a start. */
export const keep = (
  t: ExecutionContext,
  directory: string,
  s3: S3,
  {
    isNeeded = () => false,
    ...limits
  }: { keepDays?: number; isNeeded?: (id: string) => boolean } = {},
) => {
  const library = createLibrary({ directory, log: silentLog });
  const keeping = createKeeping({
    ...{ directory, library, s3, limits, log: silentLog },
    ...{ isNeeded, backOffMs: 50 },
  });
  t.teardown(async () => {
    await keeping.close();
    await library.close();
  });
  keeping.start();
  const awaitUpload = (
    id: string,
    accept: (upload: RecordingEntry["upload"]) => boolean,
  ) =>
    until({
      what: `the upload of ${id}`,
      read: async () => (await library.get(id)).upload,
      accept,
      within: 20_000,
    });
  return {
    ...{ library, keeping, awaitUpload },
    uploaded: (id: string) =>
      awaitUpload(id, (upload) => upload?.state === "uploaded"),
  };
};
