import { readFile } from "node:fs/promises";
import test from "ava";
import type { RecordingEntry } from "../../server/recordings/entry.js";
import {
  isColour,
  startConference,
  type Conference,
  type Person,
} from "../helpers/conference.js";
import { makeFolder } from "../helpers/folder.js";
import { joinTwo } from "../helpers/joining.js";
import { averageRgb } from "../helpers/picture.js";
import { sound } from "../helpers/probe.js";
import { killProcess } from "../helpers/processes.js";
import {
  assertPlayable,
  AUDIBLE,
  entryOf,
  fileOf,
  pictureAt,
  RATE,
  recorded,
  start,
  stop,
  tonesIn,
} from "../helpers/recorded.js";
import { startServer } from "../helpers/server.js";
import { useSuite } from "../helpers/suite.js";
import { until } from "../helpers/until.js";

const { conference, browser, server } = useSuite(test);

/** What may be missing of a recording that was cut off: crash-safe parts are that long. */
const LOSS = 2;

const showsRecording = (person: Person): Promise<boolean> =>
  person.page.locator(".recording-sign").isVisible();

const joinInSight = async (call: Conference): Promise<[Person, Person]> => {
  const people = await joinTwo(call);
  const [red, green] = people;
  await Promise.all([red.sees(green), green.sees(red)]);
  return people;
};

test.serial(
  "a recording from the page has everybody's voice and picture, and everybody sees the sign",
  async (t) => {
    const call = conference(t);
    const [red, green] = await joinInSight(call);
    await red.page.getByTestId("record").click();
    await red.page.locator("[data-item=record-mp4]").click();
    await until({
      what: "both see the sign",
      read: () => Promise.all([red, green].map(showsRecording)),
      accept: (signs) => signs.every(Boolean),
    });
    const path = `/v1/rooms/${call.room}/recordings`;
    const [running] = await call.api<RecordingEntry[]>(path);
    const { id, startedAt } = running!;
    await recorded(call, id, 4);
    const view = await call.layout();
    await red.page.getByTestId("record").click();
    await red.page.locator("[data-item=record-stop]").click();
    const { value: entry } = await until({
      what: "the file is final",
      read: () => entryOf(call, id),
      accept: ({ state }) => state === "stopped",
    });
    const ran = (Date.parse(entry.endedAt!) - Date.parse(startedAt)) / 1000;
    await until({
      what: "nobody sees the sign",
      read: () => Promise.all([red, green].map(showsRecording)),
      accept: (signs) => !signs.some(Boolean),
    });

    const file = fileOf(call, id);
    const facts = await assertPlayable(t, file);
    t.like(facts.video, { width: 1280, height: 720 });
    t.true(Math.abs(facts.duration - ran) < 1, `${facts.duration} of ${ran} s`);
    t.true(Math.abs(entry.duration - facts.duration) < 0.2);
    t.is(entry.size, facts.size);
    const levels = tonesIn(await sound(file), 2, ["red", "green", "blue"]);
    t.true(levels[0]! > AUDIBLE && levels[1]! > AUDIBLE, `tones ${levels}`);
    t.true(levels[2]! < -60, "and nobody else's");
    const pixels = await pictureAt(file, 2);
    for (const { id: participant, colour } of [red, green]) {
      const tile = view.tiles.find((one) => one.participant === participant)!;
      const seen = averageRgb(pixels, 1280, {
        x: Math.round(tile.x + 0.3 * tile.width),
        y: Math.round(tile.y + 0.4 * tile.height),
        width: 100,
        height: 60,
      });
      t.true(isColour(seen, colour), `${colour} is ${seen}`);
    }
    const sidecar = JSON.parse(
      await readFile(file.replace(/mp4$/, "json"), "utf8"),
    ) as RecordingEntry;
    t.deepEqual(sidecar.participants.map(({ name }) => name).sort(), [
      green.name,
      red.name,
    ]);
  },
);

test.serial("a finished recording is downloaded by ranges", async (t) => {
  const call = conference(t);
  await joinInSight(call);
  const id = await start(call);
  await recorded(call, id, 1);
  const { size } = await stop(call, id);
  const url = `${server().url}/v1/recordings/${id}/file`;
  const whole = await readFile(fileOf(call, id));
  t.is(whole.length, size);
  const half = Math.floor(size / 2);
  const parts = await Promise.all(
    [`bytes=0-${half - 1}`, `bytes=${half}-`].map(async (Range) => {
      const response = await fetch(url, { headers: { Range } });
      t.is(response.status, 206);
      return Buffer.from(await response.arrayBuffer());
    }),
  );
  t.true(Buffer.concat(parts).equals(whole));
  await call.api(`/v1/recordings/${id}`, "DELETE");
  t.is((await fetch(url)).status, 404);
});

test.serial(
  "when ffmpeg dies the call goes on, the state says so, and what was written is kept",
  async (t) => {
    const call = conference(t);
    const [red, green] = await joinInSight(call);
    const id = await start(call);
    await recorded(call, id, 3);
    const writers = server()
      .processes()
      .filter(({ command }) => /^\S*ffmpeg /.test(command));
    t.true(writers.length > 0);
    for (const writer of writers) killProcess(writer);
    await until({
      what: "the page says what happened",
      read: () => green.page.locator("#notices").innerText(),
      accept: (notices) => /recording.*(interrupted|failed)/i.test(notices),
    });
    await Promise.all([red.hears(["green"]), green.sees(red)]);
    const { reason = "" } = await stop(call, id);
    t.log(reason);
    t.regex(reason, /ffmpeg/);
    const facts = await assertPlayable(t, fileOf(call, id));
    t.true(facts.duration > 3 - LOSS, `${facts.duration} s`);
  },
);

test.serial(
  "a recording goes on in the next mixer when its mixer is killed, with at most 2 s lost",
  async (t) => {
    const call = conference(t);
    const [red, green] = await joinInSight(call);
    const id = await start(call);
    await recorded(call, id, 3);
    for (const mixer of server().mixers()) killProcess(mixer);
    await red.hearsNot(["green"], 3000);
    await Promise.all([red.hears(["green"]), green.hears(["red"])]);
    const { duration } = await entryOf(call, id);
    await recorded(call, id, duration + 3);
    const entry = await stop(call, id);
    t.is(entry.state, "stopped");
    t.log(entry.reason);
    const file = fileOf(call, id);
    const facts = await assertPlayable(t, file);
    t.true(facts.duration > duration + 3 - LOSS - 3, `${facts.duration} s`);
    const samples = await sound(file);
    const last = Math.floor(samples.length / RATE) - 2;
    for (const at of [0.5, last])
      for (const level of tonesIn(samples, at, ["red", "green"]))
        t.true(level > AUDIBLE, `a tone at ${at} s has ${level} dB`);
  },
);

test.serial(
  "what was recorded when the whole server was killed is repaired at the next start",
  async (t) => {
    const recordings = await makeFolder(t);
    const first = await startServer(t, { recordings });
    const call = startConference(t, first, browser());
    await joinInSight(call);
    const id = await start(call);
    await recorded(call, id, 4);
    await first.kill();

    const second = await startServer(t, {
      recordings,
      env: { TUTTI_RESUME_SECONDS: "0" },
    });
    const { value: entry } = await until({
      what: "the recording is repaired",
      read: async () => {
        const response = await fetch(`${second.url}/v1/recordings/${id}`);
        return (await response.json()) as RecordingEntry;
      },
      accept: ({ state }) => state !== "recording",
    });
    t.is(entry.state, "stopped", entry.reason);
    t.log(entry.reason);
    const file = fileOf(call, id);
    const facts = await assertPlayable(t, file);
    t.true(facts.duration > 4 - LOSS, `${facts.duration} s`);
    const levels = tonesIn(await sound(file), 1, ["red", "green"]);
    for (const level of levels) t.true(level > AUDIBLE, `tones ${levels}`);
    const download = await fetch(`${second.url}/v1/recordings/${id}/file`);
    t.is((await download.arrayBuffer()).byteLength, facts.size);
  },
);
