import test from "ava";
import type { Locator } from "playwright-core";
import type { Person } from "../helpers/conference.js";
import { joinTwo } from "../helpers/joining.js";
import { useSuite } from "../helpers/suite.js";
import { until } from "../helpers/until.js";

const { conference } = useSuite(test);

const pressed = (
  person: Person,
  control: string,
  wanted: boolean,
): Promise<unknown> =>
  until({
    what: `${control} is ${wanted ? "on" : "off"}`,
    read: () => person.page.getByTestId(control).getAttribute("aria-pressed"),
    accept: (is) => is === String(wanted),
  });

const isFocused = (place: Locator): Promise<boolean> =>
  place.evaluate((element) => element === document.activeElement);

test.serial(
  "M mutes, the space bar talks while it is down, and neither does where one writes",
  async (t) => {
    const call = conference(t);
    const [red, green] = await joinTwo(call);
    const { keyboard } = red.page;
    await keyboard.press("m");
    await pressed(red, "mic", false);
    await green.hearsNot(["red"]);
    await keyboard.down(" ");
    await pressed(red, "mic", true);
    await green.hears(["red"]);
    await keyboard.up(" ");
    await pressed(red, "mic", false);
    await green.hearsNot(["red"]);
    await red.page.locator("[data-part=toggle-chat]").click();
    await keyboard.type("m mm");
    await pressed(red, "mic", false);
    await keyboard.press("Escape");
    t.true(await isFocused(red.page.locator("[data-part=toggle-chat]")));
    t.deepEqual(red.problems, []);
  },
);

test.serial(
  "menus, switches and sliders are reached and moved by keys alone, and say what they are",
  async (t) => {
    const call = conference(t);
    const [red, green] = await joinTwo(call);
    const { page } = red;
    const { keyboard } = page;
    const more = page.locator("[data-part=more]");
    await more.focus();
    await keyboard.press("Enter");
    await keyboard.press("ArrowDown");
    const deaf = page.getByRole("menuitemcheckbox", { name: /Hear nothing/ });
    t.true(await isFocused(deaf));
    await keyboard.press("Enter");
    t.true(await isFocused(more), "focus is back where it was");
    await red.hearsNot(["green"]);
    await page.getByRole("button", { name: "Hear again" }).press("Enter");
    await red.hears(["green"]);

    const name = `What to do with ${green.name}`;
    await page.getByRole("button", { name }).press("Enter");
    const slider = page.getByRole("slider", { name: "Volume for you" });
    t.true(await isFocused(slider));
    await keyboard.press("Home");
    t.is(await slider.getAttribute("aria-valuetext"), "0 %");
    await red.hearsNot(["green"]);
    for (let step = 0; step < 20; step++) await keyboard.press("ArrowRight");
    t.is(await slider.getAttribute("aria-valuetext"), "100 %");
    await red.hears(["green"]);
    await keyboard.press("ArrowDown");
    await keyboard.press("ArrowDown");
    t.true(await isFocused(page.locator('[data-item="solo"]')));
    await keyboard.press("Escape");
    t.true(await isFocused(page.getByRole("button", { name })));
    t.deepEqual(red.problems, []);
  },
);

test.serial(
  "levels move beside who talks while the list is seen, and are not asked for else",
  async (t) => {
    const call = conference(t);
    const [red, green] = await Promise.all([
      call.join("red"),
      call.join("green", { microphone: false }),
    ]);
    const levelOf = ({ id }: Person): Promise<number> =>
      green.page
        .locator(`[data-participant="${id}"] .level`)
        .evaluate((element) =>
          Number(element.style.getPropertyValue("--level") || 0),
        );
    await until({
      what: "red's level is shown",
      read: () => levelOf(red),
      accept: (level) => level > 0.3,
    });
    t.is(await levelOf(green), 0);
    await until({
      what: "red has talked for two seconds",
      read: () =>
        green.page
          .locator(`[data-participant="${red.id}"] [data-part=spoke]`)
          .innerText(),
      accept: (text) => /^0:0[2-9]$/.test(text),
    });
    await red.page.getByTestId("mic").click();
    await until({
      what: "the level is down",
      read: () => levelOf(red),
      accept: (level) => level === 0,
    });
    await green.page.locator("[data-part=close-people]").click();
    await red.page.getByTestId("mic").click();
    await until({
      what: "red is known to talk",
      read: () =>
        green.page
          .locator(`li[data-participant="${red.id}"]`)
          .getAttribute("data-talking"),
      accept: (talking) => talking === "true",
    });
    t.is(await levelOf(red), 0);
    t.deepEqual(green.problems, []);
  },
);

declare global {
  interface Window {
    asked?: MediaStreamConstraints;
  }
}

test.serial(
  "music mode captures the microphone as it sounds, with more bits, and everybody can see it",
  async (t) => {
    const call = conference(t);
    const [red, green] = await joinTwo(call);
    await red.page.evaluate(() => {
      const media = navigator.mediaDevices;
      const capture = media.getUserMedia.bind(media);
      media.getUserMedia = (constraints) => {
        window.asked = constraints;
        return capture(constraints);
      };
    });
    await red.page.locator("[data-part=more]").click();
    await red.page.locator('[data-item="music"]').click();
    const { value } = await until({
      what: "the microphone is opened anew",
      read: () => red.page.evaluate(() => window.asked?.audio),
      accept: (audio) => audio !== undefined,
    });
    t.like(value, {
      echoCancellation: false,
      noiseSuppression: false,
      autoGainControl: false,
    });
    const [mine] = (await call.participants()).filter(
      ({ id }) => id === red.id,
    );
    t.true(mine?.music);
    t.is((await red.sent()).soundLimit, 128_000);
    await green.hears(["red"]);
    await until({
      what: "green's list says so",
      read: () =>
        green.page
          .locator(`[data-participant="${red.id}"] [data-part=note]`)
          .innerText(),
      accept: (note) => note.includes("music"),
    });
    t.deepEqual(red.problems, []);
  },
);
