/** Who hears whom, and the room's options, changed from the page. */
import test from "ava";
import type { Person } from "../helpers/conference.js";
import { joinThree, joinTwo } from "../helpers/joining.js";
import {
  choose,
  chooseMore,
  closeDialog,
  levelOf,
  openDialog,
  openMenuOf,
  rowOf,
  shows,
} from "../helpers/menus.js";
import { useSuite } from "../helpers/suite.js";
import { until } from "../helpers/until.js";

const { conference } = useSuite(test);

test.serial(
  "a whisper is heard by the two alone, who hear the third more quietly; then everybody hears everybody again",
  async (t) => {
    const call = conference(t);
    const [red, green, blue] = await joinThree(call);
    const before = await levelOf(red, blue);
    await openMenuOf(red, green);
    await choose(red, "whisper");
    await blue.hearsNot(["red", "green"]);
    await Promise.all([red.hears(["green"]), green.hears(["red"])]);
    await until({
      what: "blue is 12 dB quieter for red",
      read: async () => (await levelOf(red, blue)) - before,
      accept: (change) => change < -9 && change > -15,
    });
    await shows(green, "apart-text", `You whisper with ${red.name}`);
    await red.page.locator("[data-part=end-apart]").click();
    await blue.hears(["red", "green"]);
    await green.page.locator("[data-part=apart-sign]").waitFor({
      state: "hidden",
    });
    t.deepEqual([red.problems, green.problems, blue.problems], [[], [], []]);
  },
);

test.serial(
  "who chooses an interpreter hears that one over the original, and nobody else does",
  async (t) => {
    const call = conference(t);
    const [red, green, blue] = await joinThree(call);
    const before = await levelOf(green, red);
    t.true(await green.page.getByTestId("channel").isHidden());
    await openDialog(red, "routing");
    const who = rowOf(red, "interpreter").locator("select");
    await who.selectOption({ label: blue.name });
    await rowOf(red, "language").locator("input").fill("Français");
    await red.page.keyboard.press("Enter");
    await shows(blue, "apart-text", "You interpret: Francais");
    await closeDialog(red);
    await Promise.all([red.hearsNot(["blue"]), green.hearsNot(["blue"])]);
    await green.page.getByTestId("channel").click();
    await choose(green, "channel-Francais");
    await green.hears(["blue"]);
    await until({
      what: "the original is 14 dB quieter",
      read: async () => (await levelOf(green, red)) - before,
      accept: (change) => change < -11 && change > -17,
    });
    await red.hearsNot(["blue"], 2000);
    await green.page.getByTestId("channel").click();
    await choose(green, "original");
    await green.hearsNot(["blue"]);
    t.deepEqual([red.problems, green.problems, blue.problems], [[], [], []]);
  },
);

test.serial(
  "the room's dialog is used by keyboard, shows what others change, and says what is refused",
  async (t) => {
    const call = conference(t);
    const [red, green] = await joinTwo(call);
    await red.page.locator("[data-part=more]").focus();
    await red.page.keyboard.press("Enter");
    await red.page.locator("[data-item=room]").press("Enter");
    const dialog = red.page.getByRole("dialog", { name: "The room" });
    await dialog.waitFor();
    const entry = dialog.getByRole("switch", { name: /^Mute whoever comes/ });
    await entry.focus();
    await red.page.keyboard.press("Space");
    await openDialog(green, "room");
    const other = green.page.getByRole("switch", { name: /^Mute whoever/ });
    t.true(await other.isChecked());
    await other.click();
    await until({
      what: "red sees that green has switched it off",
      read: () => entry.isChecked(),
      accept: (on) => !on,
    });
    await dialog.getByLabel("Voices heard at a time").selectOption("3");
    await dialog.getByLabel("Its name").fill("Monday");
    await red.page.keyboard.press("Enter");
    await green.page.locator(".room-name", { hasText: "Monday" }).waitFor();
    t.like(await call.api(`/v1/rooms/${call.room}`), {
      ...{ title: "Monday", loudest: 3, muteOnEntry: false },
    });
    const path = `/v1/rooms/${call.room}/participants/${red.id}`;
    await call.api(path, "PATCH", { role: "participant" });
    await entry.click();
    await dialog.getByRole("alert").waitFor();
    t.false(await entry.isChecked());
    await closeDialog(red);
    t.deepEqual([red.problems, green.problems], [[], []]);
  },
);

/** How loud the left and the right of what a page plays are, as RMS. */
const sidesOf = ({ page }: Person): Promise<number[]> =>
  page.evaluate(async () => {
    const mix = document.querySelector<HTMLVideoElement>("[data-testid=mix]");
    const context = new AudioContext();
    const splitter = new ChannelSplitterNode(context, { numberOfOutputs: 2 });
    new MediaStreamAudioSourceNode(context, {
      mediaStream: mix!.srcObject as MediaStream,
    }).connect(splitter);
    const ears = [0, 1].map((side) => {
      const ear = new AnalyserNode(context, { fftSize: 8192 });
      splitter.connect(ear, side);
      return ear;
    });
    await new Promise((resolve) => setTimeout(resolve, 500));
    const sides = ears.map((ear) => {
      const samples = new Float32Array(ear.fftSize);
      ear.getFloatTimeDomainData(samples);
      return Math.hypot(...samples) / Math.sqrt(samples.length);
    });
    await context.close();
    return sides;
  });

const switchStereo = async (moderator: Person): Promise<void> => {
  await openDialog(moderator, "room");
  await rowOf(moderator, "stereo").getByRole("switch").click();
  await closeDialog(moderator);
};

test.serial(
  "in a room that a moderator makes stereo a voice is heard where it was put, and its noise suppression is switched",
  async (t) => {
    const call = conference(t);
    const [red, green] = await joinTwo(call);
    await switchStereo(red);
    await openMenuOf(red, green);
    const place = red.page.getByRole("slider", { name: "Place" });
    t.is(await place.getAttribute("aria-valuetext"), "Middle");
    await place.press("Home");
    t.is(await place.getAttribute("aria-valuetext"), "100 % left");
    await until({
      what: "green is on the left",
      read: () => sidesOf(red),
      accept: ([left, right]) => left! > 0.02 && right! < left! / 20,
    });
    await place.press("End");
    await until({
      what: "green is on the right",
      read: () => sidesOf(red),
      accept: ([left, right]) => right! > 0.02 && left! < right! / 20,
    });
    await choose(red, "denoise-person");
    await until({
      what: "noise is taken out of green's voice",
      read: () => call.participants(),
      accept: (all) => all.find(({ id }) => id === green.id)?.denoise === true,
    });
    await chooseMore(green, "denoise");
    await until({
      what: "green has switched it off",
      read: () => call.participants(),
      accept: (all) => all.find(({ id }) => id === green.id)?.denoise === false,
    });
    await openMenuOf(red, green);
    await choose(red, "music-person");
    await until({
      what: "what green sends is music",
      read: () => call.participants(),
      accept: (all) => all.find(({ id }) => id === green.id)?.music === true,
    });
    await red.hears(["green"]);
    await openMenuOf(red, green);
    await choose(red, "deafen");
    await green.hearsNot(["red"]);
    await openMenuOf(red, green);
    await choose(red, "deafen");
    await green.hears(["red"]);
    await switchStereo(red);
    await until({
      what: "green is on both sides",
      read: () => sidesOf(red),
      accept: ([left, right]) =>
        left! > 0.02 && Math.abs(left! / right! - 1) < 0.05,
    });
    t.deepEqual([red.problems, green.problems], [[], []]);
  },
);
