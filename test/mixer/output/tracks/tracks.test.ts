import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { listTracks } from "../../../../mixer/output/tracks/files.js";
import { createTracks } from "../../../../mixer/output/tracks/tracks.js";
import { probeFile } from "../../../helpers/probe.js";
import { makeFolder } from "../../../helpers/folder.js";

test("everybody who is there has a track, and another process goes on with them", async (t) => {
  const directory = await makeFolder(t);
  const options = { directory, recording: "r1", channels: 1 } as const;
  const onProblem = (reason: string): void => t.fail(reason);
  t.is(await listTracks(directory, "r1"), undefined);
  for (const [life, people] of [
    ["ann", "bob"],
    ["ann", "cy"],
  ].entries()) {
    const tracks = await createTracks({ ...options, onProblem });
    for (let tick = 60 * life; tick < 60 * (life + 1); tick++)
      for (const id of people) tracks.write(id, undefined, 20_000 * tick);
    const end = 1_200_000 * (life + 1);
    await Promise.all([tracks.close(end), tracks.close(0)]);
    tracks.write("dan", undefined, 0);
  }
  const found = await listTracks(directory, "r1");
  t.deepEqual(
    found?.map(({ audio }) => audio?.file),
    ["r1.tracks/ann.opus", "r1.tracks/bob.opus", "r1.tracks/cy.opus"],
  );
  // Bob's too, who did not come back.
  for (const { audio } of found ?? []) {
    const { duration } = await probeFile(join(directory, audio!.file));
    t.true(Math.abs(duration - 2.4) < 0.05, `${audio!.file}: ${duration} s`);
  }
});

test("a track that cannot be written is told of, and costs nobody else's", async (t) => {
  const directory = await makeFolder(t);
  const problems: string[] = [];
  const tracks = await createTracks({
    ...{ directory, recording: "r1", channels: 1 },
    onProblem: (reason) => problems.push(reason),
  });
  await writeFile(join(directory, "r1.tracks", "in-the-way"), "");
  tracks.write("in-the-way/ann", undefined, 0);
  tracks.write("bob", undefined, 0);
  await tracks.close(1_000_000);
  t.is(problems.length, 1);
  t.regex(problems[0]!, /^The track of one participant has ended: /);
  t.deepEqual(
    (await listTracks(directory, "r1"))?.map(({ participant }) => participant),
    ["bob"],
  );
});
