import test from "ava";
import type { Conference, Person } from "../helpers/conference.js";
import { useSuite } from "../helpers/suite.js";
import { until } from "../helpers/until.js";

const { conference } = useSuite(test);

const change = (call: Conference, body: object): Promise<void> =>
  call.api(`/v1/rooms/${call.room}/layout`, "PUT", body);

const sends = async (
  { name, sent }: Person,
  height: number,
): Promise<number> => {
  const { after } = await until({
    what: `${name} sends ${height} lines`,
    read: sent,
    accept: ({ frameHeight }) => frameHeight === height,
  });
  return Math.round(after);
};

/** Milliseconds without a picture that are more than a pause: the smallest tile asks for 15 a second. */
const STANDSTILL = 1000;

/** Waits until a page has sent no picture for a second; resolves with what it had sent by then. */
const standsStill = async ({ name, sent }: Person): Promise<number> => {
  let last = -1;
  let since = performance.now();
  const { value } = await until({
    what: `${name} sends no picture`,
    read: async () => {
      const { framesSent } = await sent();
      if (framesSent !== last) since = performance.now();
      last = framesSent;
      return framesSent;
    },
    accept: () => performance.now() - since > STANDSTILL,
  });
  return value;
};

test.serial(
  "what is sent follows what is shown: its size, and whether at all",
  async (t) => {
    const call = conference(t);
    const [red, green, blue] = await Promise.all([
      call.join("red"),
      call.join("green"),
      call.join("blue"),
    ]);
    const people = [red, green, blue];
    for (const person of people) await sends(person, 360);

    // Green large, red in a quarter of the width, blue nowhere.
    const region = { x: 0, y: 0, width: 1, height: 1 };
    const regions = [
      { ...region, source: { participant: green.id } },
      {
        ...region,
        width: 0.25,
        height: 0.25,
        z: 1,
        source: { participant: red.id },
      },
    ];
    await change(call, { layout: { regions } });
    const [smaller, count] = await Promise.all([
      sends(red, 180),
      standsStill(blue),
    ]);
    t.log(`a quarter of the size after ${smaller} ms`);
    t.is((await green.sent()).frameHeight, 360, "the camera has no more");
    const before = await blue.sent();
    await Promise.all([red.hears(["blue"]), green.hears(["blue"])]);
    const { value: after } = await until({
      what: "a second of sound",
      read: blue.sent,
      accept: ({ soundPackets }) => soundPackets > before.soundPackets + 45,
    });
    t.is(after.framesSent, count, "sound alone");

    await change(call, { layout: "grid" });
    const back = await Promise.all([red.sees(blue), sends(red, 360)]);
    t.log(`seen again after ${Math.round(back[0])} ms`);
    t.true((await blue.sent()).framesSent > count);
  },
);
