/**
 * Records flashes and beeps in real time until it is killed: `record-child.ts DIRECTORY`. Says `zero MS`, the wall time
 * of pts 0, and every half second how many seconds it has fed.
 */
import { encodeFlashBeep } from "./flash-beep.js";
import { feedLive, record } from "./recording.js";

const media = await encodeFlashBeep(10);
const { recorder } = await record(process.argv[2]!, media);
const zero = Math.ceil(performance.now()) * 1_000;
process.stdout.write(`zero ${performance.timeOrigin + zero / 1_000}\n`);
for (let half = 0; half < 20; half++) {
  const units = media.units.filter(
    ({ unit }) => Math.floor(Math.max(unit.pts, 0) / 500_000) === half,
  );
  await feedLive(recorder, units, zero);
  process.stdout.write(`${(half + 1) / 2}\n`);
}
