import test from "ava";
import type { Person } from "../../helpers/conference.js";
import { median } from "../../helpers/median.js";
import { useSuite } from "../../helpers/suite.js";
import { until } from "../../helpers/until.js";

const { conference } = useSuite(test);

/** ITU-R BT.1359: nobody notices sound that is 45 ms early. */
const SKEW_LIMIT = 45;
const FIRST_PICTURE_LIMIT = 300;
const SAMPLES = 25;

/** By how many ms the sound that is played now is newer than the picture. */
const readSkew = async (person: Person): Promise<number | undefined> => {
  const { audioPlayout, videoPlayout } = await person.page.evaluate(() =>
    window.tools.stats(),
  );
  return audioPlayout === undefined || videoPlayout === undefined
    ? undefined
    : audioPlayout - videoPlayout;
};

test.serial("lips and voice stay together within 45 ms", async (t) => {
  const call = conference(t);
  const [red, green] = await Promise.all([
    call.join("red"),
    call.join("green"),
  ]);
  await Promise.all([red.hears(["green"]), red.sees(green)]);
  // A player starts with what its buffers happen to hold, and brings both together within seconds.
  const skews: number[] = [];
  const { value: found, after } = await until({
    what: `the median of ${SAMPLES} readings is within ${SKEW_LIMIT} ms`,
    read: async () => {
      const skew = await readSkew(red);
      if (skew !== undefined) skews.push(skew);
      return median(skews.slice(-SAMPLES));
    },
    accept: (skew) => skews.length >= SAMPLES && Math.abs(skew) <= SKEW_LIMIT,
    within: 20_000,
  });
  t.log(`median ${found.toFixed(1)} ms after ${after.toFixed(0)} ms`);
  t.true(Math.abs(found) <= SKEW_LIMIT, `${found} ms`);
});

test.serial(
  "a new subscriber has its first picture within 300 ms of connecting",
  async (t) => {
    const call = conference(t);
    const red = await call.join("red");
    await red.sees(red);
    const waits: number[] = [];
    for (const colour of ["green", "blue", "yellow"] as const) {
      const person = await call.join(colour);
      const { value } = await until({
        what: "the first picture",
        read: () => person.page.evaluate(() => window.tools.milestones),
        accept: ({ connected, firstPicture }) =>
          connected !== undefined && firstPicture !== undefined,
      });
      const { joining = 0, connected = 0, firstPicture = 0 } = value;
      t.log(
        `join to connected ${Math.round(connected - joining)} ms, to first picture ${Math.round(firstPicture - joining)} ms`,
      );
      waits.push(firstPicture - connected);
      await person.close();
    }
    t.true(median(waits) <= FIRST_PICTURE_LIMIT, `${waits} ms`);
  },
);
