import test from "ava";
import type { Browser } from "playwright-core";
import { launchBrowser } from "../helpers/browser.js";
import { startConference } from "../helpers/conference.js";
import { makeFolder } from "../helpers/folder.js";
import { joinTwo } from "../helpers/joining.js";
import { killAll, zeroOf } from "../helpers/meeting.js";
import { freePort } from "../helpers/ports.js";
import { sound } from "../helpers/probe.js";
import {
  assertPlayable,
  AUDIBLE,
  entryOf,
  fileOf,
  RATE,
  recorded,
  start,
  stop,
  tonesIn,
} from "../helpers/recorded.js";
import { startServer } from "../helpers/server.js";

let browser: Browser;
test.before(async () => {
  browser = await launchBrowser();
});
test.after.always(() => browser?.close());

test.serial(
  "when everything was killed and is started again, open pages come back by themselves and their recording goes on",
  async (t) => {
    const recordings = await makeFolder(t);
    // Pages find the next server where the former one was.
    const env = { TUTTI_PORT: String(await freePort()) };
    const first = await startServer(t, { recordings, env });
    const call = startConference(t, first, browser);
    const people = await joinTwo(call);
    const [red, green] = people;
    const id = await start(call, { tracks: "audio" });
    await recorded(call, id, 4);
    const zero = await zeroOf(recordings, id);
    await killAll(first);

    await startServer(t, { recordings, env });
    // What each still plays of the other is no more than a jitter buffer has.
    await Promise.all([
      red.hears(["green"], 30_000),
      green.hears(["red"], 30_000),
    ]);
    t.deepEqual(
      (await call.participants()).map((one) => one.id).sort(),
      people.map((one) => one.id).sort(),
    );
    for (const { page } of people)
      await page.locator(".recording-sign").waitFor({ timeout: 10_000 });
    const { duration, state } = await entryOf(call, id);
    t.is(state, "recording");
    await recorded(call, id, duration + 4);
    const entry = await stop(call, id);
    t.is(entry.state, "stopped", entry.reason);
    t.log(entry.reason);
    t.is(entry.tracks?.filter(({ name }) => name !== "").length, 3);

    const file = fileOf(call, id);
    const facts = await assertPlayable(t, file);
    const ran = Date.parse(entry.endedAt!) - zero;
    t.true(Math.abs(facts.duration - ran / 1000) < 1, `${facts.duration} s`);
    const samples = await sound(file);
    const last = Math.floor(samples.length / RATE) - 2;
    for (const at of [1, last])
      for (const level of tonesIn(samples, at, ["red", "green"]))
        t.true(level > AUDIBLE, `a tone at ${at} s has ${level} dB`);
  },
);
