/** What moderators control from the page, as those in the call and its viewers hear and see it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import type { RecordingEntry } from "../../server/recordings/entry.js";
import { isColour, PERSONAS, type Conference } from "../helpers/conference.js";
import { joinTwo } from "../helpers/joining.js";
import { openViewer } from "../helpers/live.js";
import { makeMedia } from "../helpers/media.js";
import {
  chooseMore,
  chooseRecord,
  closeDialog,
  openDialog,
  rowOf,
  shows,
} from "../helpers/menus.js";
import { probeFile, sound } from "../helpers/probe.js";
import { entryOf, RATE, recorded, tonesIn } from "../helpers/recorded.js";
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
    const end = samples.length / RATE - 1.5;
    const last = tonesIn(samples, end, ["red", "green"]);
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
    await shows(green, "recording-text", "Recording sound, without you");
    await shows(red, "recording-text", "Recording sound");
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
    const tones = [PERSONAS.red.tone, PERSONAS.green.tone];
    await until({
      what: "the viewer hears red or green",
      read: () => viewer.page.evaluate(() => window.watching.loudest()),
      accept: (heard = 0) => tones.some((one) => Math.abs(heard - one) < 6),
    });
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
    const playing = async () => {
      const path = `/v1/rooms/${call.room}/sounds`;
      return (
        await call.api<{ loop: boolean; position: number; duck: number }[]>(
          path,
        )
      )[0];
    };
    const place = red.page.getByRole("slider", { name: "Place in gong.wav" });
    await place.fill("40");
    await until({
      what: "it plays from 0:40 on",
      read: playing,
      accept: (it) => it !== undefined && it.position >= 40,
    });
    await green.hears(["magenta"]);
    const repeat = red.page.getByRole("button", { name: "Repeat" });
    await repeat.press("Enter");
    await until({
      what: "it plays again and again",
      read: playing,
      accept: (it) => it?.loop === true,
    });
    t.is(await repeat.getAttribute("aria-pressed"), "true");
    await red.page.getByRole("button", { name: "Voices quieter" }).click();
    await until({
      what: "voices are 12 dB quieter",
      read: playing,
      accept: (it) => it?.duck === 12,
    });
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

    const upload = rowOf(red, "upload").locator("input");
    await upload.setInputFiles(join(media, "gong.wav"));
    await red.page.getByText("It is there, and can be played.").waitFor();
    const source = rowOf(red, "source").locator("select");
    await source.selectOption({ label: "gong.wav (1:00)" });
    t.true(await rowOf(red, "play-feed").isDisabled(), "it is only a sound");
    await rowOf(red, "play-sound").click();
    await green.hears(["magenta"]);
    await red.page.getByRole("button", { name: "Stop" }).click();
    await source.selectOption("file:gong.wav");
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
