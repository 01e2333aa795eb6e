import test from "ava";
import { offsetsOf } from "../../helpers/claps.js";
import { recordCompressed } from "../../helpers/compressed.js";
import { makeFolder } from "../../helpers/folder.js";

/** `npm run bench -- meeting --compressed 60` does an hour. */
const MINUTES = 8;

test("mutes, silence, joins and stalls move neither sound nor picture from their wall time", async (t) => {
  const directory = await makeFolder(t);
  const meeting = await recordCompressed(directory, MINUTES);
  const { found, claps, duration, wall, problems, dropped } = meeting;
  t.deepEqual(problems, []);
  t.is(dropped, 0);
  const offsets = offsetsOf(found);
  // In two of six the clapper is muted or away.
  t.true(offsets.length >= 0.6 * claps, `${offsets.length} of ${claps}`);
  for (const offset of offsets) t.true(Math.abs(offset) < 40, `${offset} ms`);
  for (const { seen } of found) t.true(Math.abs(seen!) < 2, `${seen} ms`);
  const heard = found.flatMap((it) => it.heard ?? []);
  const drift = heard.at(-1)! - heard[0]!;
  t.log(
    `from ${heard[0]} ms to ${heard.at(-1)} ms; ${duration} s of ${wall} s`,
  );
  t.true(Math.abs(drift) < 20, `${drift} ms`);
  t.true(Math.abs(duration - wall) < 0.06, `${duration} s of ${wall} s`);
});
