import test from "ava";
import type { Requests } from "../../../mixer/contract.js";
import type { Request } from "../../../server/mixers/link.js";
import { warningOf, withChecks } from "../../../server/recordings/checks.js";
import type { RecordingEntry } from "../../../server/recordings/entry.js";
import { createLibrary } from "../../../server/recordings/library.js";
import { createLog } from "../../../server/log.js";
import { makeFolder } from "../../helpers/folder.js";
import { until } from "../../helpers/until.js";

const checks = {
  ...{ duration: 2, decodes: true, missing: 0 },
  ...{ gaps: [], black: [], silence: [] },
};

test("a finished file gets its pictures and is looked through; what is wrong with it is told", async (t) => {
  const directory = await makeFolder(t);
  const log = createLog({ level: "silent" });
  const library = createLibrary({ directory, log });
  t.teardown(() => library.close());
  const asked: string[] = [];
  const warned: RecordingEntry[] = [];
  const problems: Record<string, string[]> = {
    good: [],
    bad: ["There is no sound"],
  };
  const ask = ((
    name: string,
    params: Requests["recording.check"]["params"],
  ) => {
    asked.push(`${name} ${params.recording}`);
    return Promise.resolve(
      name === "recording.check"
        ? { ...checks, problems: problems[params.recording] }
        : null,
    );
  }) as Request;
  const journal = withChecks({
    ...{ ask, library, log },
    warn: (entry) => warned.push(entry),
  });
  const startedAt = new Date(Date.now() - 2_000);
  for (const id of ["good", "bad"]) {
    const about = { id, room: "demo", title: "Demo", format: "mp4" } as const;
    await journal.started({ ...about, startedAt });
    const result = { duration: 2, size: 1000, file: `${id}.mp4` };
    await journal.finished(id, result);
  }
  await until({
    what: "both are looked through",
    read: () => warned.length,
    accept: (count) => count === 1,
  });
  t.deepEqual(asked, [
    "recording.preview good",
    "recording.check good",
    "recording.preview bad",
    "recording.check bad",
  ]);
  t.like(warningOf(warned[0]!), {
    id: "bad",
    state: "stopped",
    reason: "The file has been looked through: There is no sound",
  });
});
