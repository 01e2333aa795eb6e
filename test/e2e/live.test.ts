import { join } from "node:path";
import test from "ava";
import { pageScript } from "../helpers/browser.js";
import {
  isColour,
  type Conference,
  type Person,
} from "../helpers/conference.js";
import { makeFolder } from "../helpers/folder.js";
import {
  hasSeconds,
  listen,
  openViewer,
  reaches,
  startLive,
  stopLive,
  tileOf,
} from "../helpers/live.js";
import { averageRgb } from "../helpers/picture.js";
import { freePort } from "../helpers/ports.js";
import { decodeErrors, probeFile, sound } from "../helpers/probe.js";
import { descendants, killProcess } from "../helpers/processes.js";
import { pictureAt, tonesIn } from "../helpers/recorded.js";
import { median } from "../helpers/median.js";
import { useSuite } from "../helpers/suite.js";
import { until } from "../helpers/until.js";

const { conference, browser, server } = useSuite(test, {
  env: { TUTTI_LIVE_HOSTS: "127.0.0.1" },
});

const MIDDLE = { x: 0.4, y: 0.4, width: 0.1, height: 0.1 };

/** Red alone, seen and heard by the mixer. */
const joinRed = async (call: Conference): Promise<Person> => {
  const red = await call.join("red");
  await red.sees(red);
  await until({
    what: "red talks",
    read: () => call.participants(),
    accept: ([one]) => one?.inMix === true && one.talking,
  });
  return red;
};

test.serial(
  "viewers wait for the beginning, see and hear the mix, and are told of the end; people see that it is live",
  async (t) => {
    const call = conference(t);
    const red = await joinRed(call);
    const { page, problems } = await openViewer(t, browser(), call);
    const stage = page.getByTestId("stage");
    await page.getByText("It starts soon").waitFor();
    const live = await startLive(call, { type: "hls" });
    await stage.and(page.locator('[data-state="playing"]')).waitFor();
    await until({
      what: "the viewer sees red",
      read: () => page.evaluate((at) => window.watching.colour(at), MIDDLE),
      accept: (seen) => isColour(seen, "red"),
    });
    await until({
      what: "the viewer hears red",
      read: () => page.evaluate(() => window.watching.loudest()),
      accept: (hz) => hz !== undefined && Math.abs(hz - 440) < 4,
    });
    t.is(await red.page.getByTestId("live-sign").textContent(), "Live");
    await stopLive(call, live.id);
    await page.getByText("It has ended").waitFor();
    await red.page.getByTestId("live-sign").waitFor({ state: "hidden" });
    t.deepEqual(problems, []);
  },
);

for (const [lowLatency, limit] of [
  [true, 3_000],
  [false, 6_000],
] as const)
  test.serial(
    `a viewer is less than ${limit / 1000} s behind live ${lowLatency ? "with" : "without"} low latency`,
    async (t) => {
      const call = conference(t);
      // The room is there from its first participant on: the clock, sent by the very page that watches.
      const { page } = await openViewer(t, browser(), call);
      await page.evaluate(await pageScript("latency"));
      const { room } = call;
      const id = await page.evaluate((to) => window.latency.send(to), room);
      await startLive(call, { type: "hls", lowLatency });
      const tile = tileOf(await call.layout(), id);
      await until({
        // A player that a busy machine has held up waits for ten calm seconds, and takes twenty to catch up.
        what: `stamps are seen, younger than ${limit} ms`,
        read: () => page.evaluate((at) => window.watching.ages(at, 1), tile),
        accept: (ages) => median(ages) < limit,
        within: 60_000,
      });
      const ages = await page.evaluate(
        (at) => window.watching.ages(at, 8),
        tile,
      );
      t.log(`${median(ages).toFixed(0)} ms, of ${ages.length}`);
      t.true(median(ages) < limit, `${median(ages)}`);
      t.true(ages.length > 40);
    },
  );

const TARGETS = {
  rtmp: {
    port: "tcp",
    broken: 0,
    push: (port: number) => `rtmp://127.0.0.1:${port}/live/SECRET-key`,
    take: (port: number) => `rtmp://127.0.0.1:${port}/live/SECRET-key`,
  },
  srt: {
    port: "udp",
    // SRT gives up what comes later than 120 ms, as on a busy machine it may.
    broken: 2,
    push: (port: number) => `srt://127.0.0.1:${port}?passphrase=SECRET-phrase`,
    take: (port: number) =>
      `srt://127.0.0.1:${port}?mode=listener&passphrase=SECRET-phrase`,
  },
} as const;

for (const [name, target] of Object.entries(TARGETS))
  test.serial(
    `a push by ${name} arrives, and again after the other side was killed; its key is nowhere to be seen`,
    async (t) => {
      const call = conference(t);
      const folder = await makeFolder(t);
      await joinRed(call);
      const port = await freePort(target.port);
      const files = [join(folder, "1.mkv"), join(folder, "2.mkv")] as const;
      const first = listen(t, target.take(port), files[0]);
      const url = target.push(port);
      const live = await startLive(call, { type: "push", url });
      await reaches(call, live.id, "live");
      const { url: shown } = await reaches(call, live.id, "live");
      t.notRegex(shown, /SECRET-/);
      const commands = descendants(server().pid).map((it) => it.command);
      t.true(commands.some((command) => command.includes(`:${port}`)));
      for (const command of commands) t.notRegex(command, /SECRET-/);
      await hasSeconds(files[0], 3);
      await first.kill();
      const { reason } = await reaches(call, live.id, "retrying", 20_000);
      t.log(reason);
      const second = listen(t, target.take(port), files[1]);
      await reaches(call, live.id, "live", 30_000);
      await hasSeconds(files[1], 3);
      await stopLive(call, live.id);
      await second.finish();
      t.notRegex(server().log(), /SECRET-/);
      for (const file of files) {
        const facts = await probeFile(file);
        t.is(facts.video?.codec, "h264");
        t.is(facts.audio?.codec, "aac");
        const { width, height } = facts.video!;
        const area = { x: width / 2, y: height / 2, width: 50, height: 50 };
        const picture = averageRgb(await pictureAt(file, 2), width, area);
        t.true(isColour(picture, "red"), `${picture}`);
        const samples = await sound(file);
        // On a machine that is this busy a second may have a hole.
        const levels = [0, 1, 2].map((at) => tonesIn(samples, at, ["red"])[0]!);
        t.true(Math.max(...levels) > -30, `${levels}`);
      }
      const errors = (await decodeErrors(files[1])).match(/error while/g) ?? [];
      t.true(errors.length <= target.broken, `${errors.length} pictures`);
    },
  );

test.serial(
  "when the mixer dies, viewers go on in the same playlist and a push comes back by itself",
  async (t) => {
    const call = conference(t);
    const folder = await makeFolder(t);
    const red = await joinRed(call);
    const port = await freePort("tcp");
    const take = TARGETS.rtmp.take(port);
    const first = listen(t, take, join(folder, "1.mkv"));
    const push = await startLive(call, {
      type: "push",
      url: TARGETS.rtmp.push(port),
    });
    const hls = await startLive(call, { type: "hls" });
    const { page } = await openViewer(t, browser(), call);
    const position = () => page.evaluate(() => window.watching.position());
    await until({
      what: "the viewer plays",
      read: position,
      accept: ({ at }) => at > 1,
    });
    await Promise.all([push, hls].map(({ id }) => reaches(call, id, "live")));
    for (const mixer of server().mixers()) killProcess(mixer);
    await first.finish();
    const second = listen(t, take, join(folder, "2.mkv"));
    await reaches(call, push.id, "live", 30_000);
    await reaches(call, hls.id, "live");
    const { id } = hls;
    t.is((await reaches(call, id, "live")).url, hls.url, "the same playlist");
    await until({
      what: "the viewer goes on",
      read: async () => {
        const { at: before } = await position();
        await red.page.waitForTimeout(2_000);
        return (await position()).at - before;
      },
      accept: (moved) => moved > 1,
      within: 40_000,
    });
    await until({
      what: "the viewer sees red",
      read: () => page.evaluate((at) => window.watching.colour(at), MIDDLE),
      accept: (seen) => isColour(seen, "red"),
    });
    await hasSeconds(join(folder, "2.mkv"), 1);
    await stopLive(call, push.id);
    await second.finish();
    t.is(await decodeErrors(join(folder, "2.mkv")), "");
  },
);
