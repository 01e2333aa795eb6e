/** Who hears whom and from where, in what the pages of three people play. */
import test from "ava";
import {
  PERSONAS,
  type Conference,
  type Person,
} from "../helpers/conference.js";
import { useSuite } from "../helpers/suite.js";
import { until } from "../helpers/until.js";

const { conference } = useSuite(test);

type Sides = [left: number, right: number];

/** Waits until one person is heard by another as `accept` says: the level in each channel, dB. */
const hearsAt = async (
  listener: Person,
  { colour, name }: Person,
  accept: (sides: Sides) => boolean,
): Promise<Sides> => {
  const { value } = await until({
    what: `${listener.name} hears ${name} where it is`,
    read: async (): Promise<Sides> => {
      const [left, right] = await listener.page.evaluate(
        (tones) => window.tools.sides(tones),
        [PERSONAS[colour].tone],
      );
      return [left[0]!, right[0]!];
    },
    accept,
  });
  return value;
};

/** How much louder on the right than on the left, dB. */
const lean = ([left, right]: Sides): number => right - left;
const isAudible = (sides: Sides): boolean => Math.max(...sides) > -40;
const inTheMiddle = (sides: Sides): boolean =>
  isAudible(sides) && Math.abs(lean(sides)) < 1.5;
/** On a line, or a machine, that is too slow for it the room is sent at 24 kbit/s, where libopus draws the sides together. */
const SIDE = 4;
const onTheLeft = (sides: Sides): boolean =>
  isAudible(sides) && lean(sides) < -SIDE;
const onTheRight = (sides: Sides): boolean =>
  isAudible(sides) && lean(sides) > SIDE;
/** Beside two tones libopus makes noise of -55 dB and more; that not a bit of oneself is left is shown of the mix itself. */
const NOISE = -44;
const nowhere = (sides: Sides): boolean =>
  sides.every((level) => level < NOISE);

/** What one hears of another over a second: a page that has just come, or changed, is still filling its window. */
const listenFor = async (
  listener: Person,
  speaker: Person,
): Promise<Sides[]> => {
  const found: Sides[] = [];
  await until({
    what: "a second has been listened to",
    read: async () => found.push(await hearsAt(listener, speaker, isAudible)),
    accept: (count) => count >= 20,
  });
  return found;
};

const loudnessOf = async (...whom: [Person, Person]): Promise<number> =>
  Math.max(...(await listenFor(...whom)).flat());
const widthOf = async (...whom: [Person, Person]): Promise<number> =>
  Math.max(...(await listenFor(...whom)).map((it) => Math.abs(lean(it))));

const openStereo = async (
  call: Conference,
): Promise<[Person, Person, Person]> => {
  await call.api(`/v1/rooms/${call.room}`, "PUT", { stereo: true });
  return Promise.all([call.join("red"), call.join("green"), call.join("blue")]);
};

test.serial(
  "in a room that becomes stereo in the call everybody is heard where they were put, and by themselves not at all",
  async (t) => {
    const call = conference(t);
    const [red, green, blue] = await Promise.all([
      call.join("red"),
      call.join("green"),
      call.join("blue"),
    ]);
    const place = (who: Person, pan: number) =>
      call.api(`/v1/rooms/${call.room}/participants/${who.id}`, "PATCH", {
        pan,
      });
    for (const other of [green, blue]) await hearsAt(red, other, inTheMiddle);
    await place(green, -1);
    await place(blue, 0.7);
    await call.api(`/v1/rooms/${call.room}`, "PUT", { stereo: true });
    await hearsAt(red, green, onTheLeft);
    await hearsAt(red, blue, onTheRight);
    t.log("dB between the sides, of 51 at best and of 12.2:", [
      await widthOf(red, green),
      await widthOf(red, blue),
    ]);
    for (const one of [red, green, blue]) await hearsAt(one, one, nowhere);
    await place(green, 1);
    await hearsAt(red, green, onTheRight);
    await hearsAt(green, green, nowhere);
    await call.api(`/v1/rooms/${call.room}`, "PUT", { stereo: false });
    for (const other of [green, blue]) await hearsAt(red, other, inTheMiddle);
    for (const one of [red, green, blue]) await hearsAt(one, one, nowhere);
    t.deepEqual([red.problems, green.problems, blue.problems], [[], [], []]);
  },
);

test.serial(
  "who whispers is heard by the other alone, and both hear the room 12 dB down",
  async (t) => {
    const call = conference(t);
    const [red, green, blue] = await openStereo(call);
    const whole = await loudnessOf(red, blue);
    const path = `/v1/rooms/${call.room}/routing`;
    const members = [red.id, green.id];
    await call.api(path, "PUT", { sidebars: [{ members }] });
    for (const one of [red, green]) await hearsAt(blue, one, nowhere);
    await hearsAt(red, green, inTheMiddle);
    await hearsAt(green, red, inTheMiddle);
    const ducked = await hearsAt(red, blue, (sides) => {
      const under = whole - Math.max(...sides);
      return under > 9 && under < 17;
    });
    t.log({ whole, ducked });
    for (const one of [red, green, blue]) await hearsAt(one, one, nowhere);
    await call.api(path, "PUT", {});
    for (const one of [red, green]) await hearsAt(blue, one, inTheMiddle);
    t.deepEqual([red.problems, green.problems, blue.problems], [[], [], []]);
  },
);
