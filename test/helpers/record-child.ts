/** Records flashes and beeps in real time until it is killed: `record-child.ts DIRECTORY`. Says `SECONDS` of each flash. */
import { encodeFlashBeep } from "./flash-beep.js";
import { feedLive, record } from "./recording.js";

const media = await encodeFlashBeep(10);
const { recorder } = await record(process.argv[2]!, media);
const zero = Math.ceil(performance.now()) * 1_000;
for (let second = 0; second < 10; second++) {
  const units = media.units.filter(
    ({ unit }) => Math.floor(Math.max(unit.pts, 0) / 1e6) === second,
  );
  await feedLive(recorder, units, zero);
  process.stdout.write(`${second + 1}\n`);
}
