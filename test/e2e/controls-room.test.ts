/** What moderators control from the page, as those in the call and its viewers hear and see it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import type { RecordingEntry } from "../../server/recordings/entry.js";
import {
  isColour,
  PERSONAS,
  type Conference,
  type Person,
} from "../helpers/conference.js";
import { openViewer } from "../helpers/live.js";
import { makeMedia } from "../helpers/media.js";
import {
  choose,
  chooseMore,
  chooseRecord,
  closeDialog,
  levelOf,
  openDialog,
  openMenuOf,
  rowOf,
} from "../helpers/menus.js";
import { probeFile, sound } from "../helpers/probe.js";
import { entryOf, recorded, tonesIn } from "../helpers/recorded.js";
import { useSuite } from "../helpers/suite.js";
import { until } from "../helpers/until.js";

const media = mkdtempSync(join(tmpdir(), "tutti-media-"));
const { conference, browser } = useSuite(test, {
  env: { TUTTI_MEDIA: media },
});

test.serial.before(async () => {
  const { tone } = PERSONAS.magenta;
  await makeMedia(join(media, "gong.wav"), { tone, seconds: 60 });
});
test.after.always(() => rmSync(media, { recursive: true, force: true }));

const joinTwo = async (call: Conference): Promise<[Person, Person]> => {
  const [red, green] = await Promise.all([
    call.join("red"),
    call.join("green"),
  ]);
  await Promise.all([red.hears(["green"]), green.hears(["red"])]);
  return [red, green];
};

const joinThree = async (
  call: Conference,
): Promise<[Person, Person, Person]> => {
  const people = await Promise.all([
    call.join("red"),
    call.join("green"),
    call.join("blue"),
  ]);
  const [red, green, blue] = people;
  await Promise.all([
    red.hears(["green", "blue"]),
    green.hears(["red", "blue"]),
    blue.hears(["red", "green"]),
  ]);
  return people;
};

const shows = async (person: Person, part: string, text: string) => {
  await until({
    what: `${person.name} reads "${text}"`,
    read: () => person.page.locator(`[data-part=${part}]`).innerText(),
    accept: (shown) => shown === text,
  });
};

const running = async (call: Conference): Promise<string> => {
  const path = `/v1/rooms/${call.room}/recordings`;
  const [one] = await call.api<RecordingEntry[]>(path);
  return one!.id;
};

const ended = async (call: Conference, id: string): Promise<void> => {
  await until({
    what: "the file is final",
    read: () => entryOf(call, id),
    accept: ({ state }) => state === "stopped",
  });
};

test.serial(
  "a recording of the sound alone stands still and goes on, which everybody sees, and has what was said but in the pause",
  async (t) => {
    const call = conference(t);
    const [red, green] = await joinTwo(call);
    await chooseRecord(red, "record-m4a");
    await shows(green, "recording-text", "Recording sound");
    const id = await running(call);
    await recorded(call, id, 3);
    await chooseRecord(red, "record-pause");
    await shows(green, "recording-text", "Recording paused");
    const { duration } = await entryOf(call, id);
    // Green is not in the second half: where it is silent the pause was, without a gap.
    await green.page.getByTestId("mic").click();
    await red.hearsNot(["green"]);
    await chooseRecord(red, "record-pause");
    await shows(green, "recording-text", "Recording sound");
    await recorded(call, id, duration + 4);
    await chooseRecord(red, "record-stop");
    await ended(call, id);

    const file = join(call.server.recordings, `${id}.m4a`);
    const facts = await probeFile(file);
    t.is(facts.video, undefined);
    t.is(facts.audio?.codec, "aac");
    const samples = await sound(file);
    const first = tonesIn(samples, 1, ["red", "green"]);
    const last = tonesIn(samples, Math.ceil(duration) + 2, ["red", "green"]);
    t.true(Math.min(...first, last[0]!) > -35, String([first, last]));
    t.true(last[1]! < -60, String(last));
    t.deepEqual([red.problems, green.problems], [[], []]);
  },
);

test.serial(
  "who does not want to be recorded is heard by everybody but not in the file, and the others read so",
  async (t) => {
    const call = conference(t);
    const [red, green] = await joinTwo(call);
    await chooseMore(green, "unrecorded");
    const row = red.page.locator(`[data-participant="${green.id}"]`);
    await row.getByText("not recorded").waitFor();
    await chooseRecord(red, "record-flac");
    await shows(green, "recording-text", "Recording sound");
    const id = await running(call);
    await recorded(call, id, 3);
    await red.hears(["green"]);
    await chooseRecord(red, "record-stop");
    await ended(call, id);
    const samples = await sound(join(call.server.recordings, `${id}.flac`));
    const [there, missing] = tonesIn(samples, 1, ["red", "green"]);
    t.true(there! > -35 && missing! < -60, String([there, missing]));
    await chooseMore(green, "unrecorded");
    await row.getByText("not recorded").waitFor({ state: "detached" });
    t.deepEqual([red.problems, green.problems], [[], []]);
  },
);

test.serial(
  "a broadcast begins and ends in its dialog, its link shows the call, and everybody sees the sign",
  async (t) => {
    const call = conference(t);
    const [red, green] = await joinTwo(call);
    await openDialog(red, "broadcast");
    const link = await rowOf(red, "viewer-link").locator("input").inputValue();
    t.is(link, `${call.server.url}/live/${call.room}`);
    await rowOf(red, "go-live").click();
    const sign = green.page.getByTestId("live-sign");
    await sign.and(green.page.getByText("Live", { exact: true })).waitFor();
    const viewer = await openViewer(t, browser(), call);
    const left = { x: 0.2, y: 0.45, width: 0.1, height: 0.1 };
    await until({
      what: "the viewer sees red or green",
      read: () =>
        viewer.page.evaluate((at) => window.watching.colour(at), left),
      accept: (seen) => isColour(seen, "red") || isColour(seen, "green"),
      within: 30_000,
    });
    const tone = await viewer.page.evaluate(() => window.watching.loudest());
    const tones = [PERSONAS.red.tone, PERSONAS.green.tone];
    t.true(
      tones.some((one) => Math.abs(tone! - one) < 6),
      String(tone),
    );
    await rowOf(red, "go-live").click();
    await sign.waitFor({ state: "hidden" });
    await viewer.page.getByText("It has ended").waitFor();
    await closeDialog(red);
    t.deepEqual([red.problems, green.problems], [[], []]);
  },
);

test.serial(
  "a sound is heard by both until it is paused, then by one alone, and a film comes as a participant",
  async (t) => {
    const call = conference(t);
    const [red, green] = await joinTwo(call);
    await openDialog(red, "play");
    await rowOf(red, "play-sound").click();
    await Promise.all([red.hears(["magenta"]), green.hears(["magenta"])]);
    await red.page.getByRole("button", { name: "Pause" }).click();
    await Promise.all([red.hearsNot(["magenta"]), green.hearsNot(["magenta"])]);
    await red.page.getByRole("button", { name: "Stop" }).click();
    await red.page.getByText("Nothing plays now.").waitFor();

    const heardBy = rowOf(red, "heard-by").locator("select");
    await heardBy.selectOption({ label: green.name });
    await rowOf(red, "play-sound").click();
    await green.hears(["magenta"]);
    await red.page.getByText(`for ${green.name} alone`).waitFor();
    await red.hearsNot(["magenta"], 2000);
    await red.page.getByRole("button", { name: "Stop" }).click();
    await green.hearsNot(["magenta"]);

    await rowOf(red, "play-feed").click();
    await Promise.all([red.hears(["magenta"]), green.hears(["magenta"])]);
    const film = green.page.locator("[data-participant]", {
      hasText: "gong.wav",
    });
    await film.waitFor();
    await red.page.getByRole("button", { name: "Stop" }).click();
    await film.waitFor({ state: "detached" });
    t.deepEqual([red.problems, green.problems], [[], []]);
  },
);

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
