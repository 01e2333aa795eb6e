/** Renders on the disk: `.renders/ID.json` in the directory of recordings, and beside them the files that are being made. */
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { RecordingFormat } from "../../../mixer/contract.js";
import type { Log } from "../../log.js";
import { writeWhole } from "../whole-file.js";
import { renderJob, renderRequest } from "./request.js";

/** What is kept of a render. */
const storedJob = renderJob.extend({
  /** Whoever may manage this room may see it. */
  room: z.string(),
  /** The recording that it is to become; the same however often it begins anew. */
  output: z.string(),
  /** What was asked for; nothing any more of one that has ended, since there may be pictures in it. */
  request: renderRequest,
});
export type StoredJob = z.output<typeof storedJob>;

export type RenderStore = {
  /** All that can be read, the oldest first; what was half made is removed. */
  load(): Promise<StoredJob[]>;
  /** All or nothing, also after a crash. */
  save(job: StoredJob): Promise<void>;
  drop(id: string): Promise<void>;
  /** Where the file of this attempt is made. */
  temporary(id: string, attempt: string, format: RecordingFormat): string;
};

const FOLDER = ".renders";
/** Identifiers that are ours; everything else in the folder is left over from an attempt. */
const JOB = /^[A-Za-z0-9_-]{1,64}\.json$/;

export const createRenderStore = (directory: string, log: Log): RenderStore => {
  const folder = join(directory, FOLDER);
  const pathOf = (id: string): string => join(folder, `${id}.json`);
  const read = async (name: string): Promise<StoredJob[]> => {
    try {
      const text = await readFile(join(folder, name), "utf8");
      return [storedJob.parse(JSON.parse(text))];
    } catch (err) {
      log.warn({ err, name }, "render cannot be read");
      return [];
    }
  };
  return {
    load: async () => {
      const jobs: StoredJob[] = [];
      for (const name of await readdir(folder).catch(() => []))
        if (JOB.test(name)) jobs.push(...(await read(name)));
        else await rm(join(folder, name), { force: true });
      return jobs.sort((a, b) => a.createdAt.localeCompare(b.createdAt));
    },
    save: async (job) => {
      await mkdir(folder, { recursive: true });
      const text = `${JSON.stringify(job, undefined, 2)}\n`;
      await writeWhole(pathOf(job.id), text, { sync: true });
    },
    drop: (id) => rm(pathOf(id), { force: true }),
    temporary: (id, attempt, format) =>
      join(folder, `${id}-${attempt}.${format}`),
  };
};
