/** Records flashes and beeps in real time until it is killed: `record-child.ts DIRECTORY`. Says how many seconds it has fed, every half one. */
import { encodeFlashBeep } from "./flash-beep.js";
import { feedLive, record } from "./recording.js";

const media = await encodeFlashBeep(10);
const { recorder } = await record(process.argv[2]!, media);
const zero = Math.ceil(performance.now()) * 1_000;
for (let half = 0; half < 20; half++) {
  const units = media.units.filter(
    ({ unit }) => Math.floor(Math.max(unit.pts, 0) / 500_000) === half,
  );
  await feedLive(recorder, units, zero);
  process.stdout.write(`${(half + 1) / 2}\n`);
}
