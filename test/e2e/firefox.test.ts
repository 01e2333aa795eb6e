/** A call between Firefox and Chromium. */
import anyTest from "ava";
import {
  PERSONAS,
  watch,
  type Conference,
  type Person,
} from "../helpers/conference.js";
import {
  hasFirefox,
  launchFirefox,
  openFirefoxPage,
} from "../helpers/firefox.js";
import { useSuite } from "../helpers/suite.js";
import { until } from "../helpers/until.js";

const { conference } = useSuite(anyTest);
/** It is installed with the other programs that tests need; a system that has none is said to have skipped. */
const test = hasFirefox ? anyTest.serial : anyTest.skip;

const GREEN = PERSONAS.green;
const MIDDLE = { x: 0.45, y: 0.45, width: 0.1, height: 0.1 };

/** Green, in Firefox. */
const joinByFirefox = async (call: Conference) => {
  const browser = await launchFirefox(GREEN.tone);
  const { page, problems } = await openFirefoxPage(
    browser,
    `${call.server.url}/r/${call.room}?name=Fox&autojoin=1`,
    {
      ...GREEN,
      ...{ microphone: "own", camera: true, screen: PERSONAS.magenta },
    },
  );
  const { value } = await until({
    what: "Fox has a seat",
    read: () => call.participants(),
    accept: (all) => all.some(({ name }) => name === "Fox"),
  });
  const { id } = value.find(({ name }) => name === "Fox")!;
  const eyes = watch(
    (area) => page.evaluate((where) => window.tools.colour(where), area),
    (view) => call.layout(call.room, view),
  );
  return {
    ...{ id, colour: "green" as const, browser, problems },
    ...eyes,
    press: (control: string) => page.click(`[data-testid="${control}"]`),
    lines: () =>
      page.$eval("video", (video: HTMLVideoElement) => video.videoHeight),
    /** Without a sound card nothing is played; what is decoded has a level. */
    level: () => page.evaluate(() => window.tools.soundLevel()),
  };
};

const becomesLoud = (
  { level }: { level: () => Promise<number> },
  loud: boolean,
) =>
  until({
    what: `Firefox decodes ${loud ? "a tone" : "silence"}`,
    read: level,
    accept: (found) => (loud ? found > 0.1 : found < 0.001),
  });

const press = ({ page }: Person, control: string): Promise<void> =>
  page.getByTestId(control).click();

test("Firefox and Chromium hear and see each other, share and go", async (t) => {
  const call = conference(t);
  const [red, fox] = await Promise.all([call.join("red"), joinByFirefox(call)]);
  t.teardown(() => fox.browser.close());
  await Promise.all([red.hears(["green"]), becomesLoud(fox, true)]);
  for (const shown of [red, fox])
    await Promise.all([red.sees(shown), fox.sees(shown)]);

  await press(red, "mic");
  await becomesLoud(fox, false);
  await press(red, "mic");
  await becomesLoud(fox, true);
  await fox.press("mic");
  await red.hearsNot(["green"]);
  await fox.press("mic");
  await red.hears(["green"]);

  await fox.press("share");
  await Promise.all([
    red.seesAt(MIDDLE, "magenta"),
    fox.seesAt(MIDDLE, "magenta"),
  ]);
  await fox.press("share");
  await Promise.all([red.sees(fox), fox.sees(red)]);

  t.is(await fox.lines(), 720);
  t.deepEqual(fox.problems, []);
  await fox.press("leave");
  await until({
    what: "Fox is gone",
    read: () => call.participants(),
    accept: (all) => all.length === 1,
  });
});
