/** How late a voice is after a bad time. */
import { setTimeout as delay } from "node:timers/promises";
import test from "ava";
import { growth, speak, watchDelays } from "../../helpers/beeps.js";
import type { Conference, Someone } from "../../helpers/conference.js";
import { isIdle } from "../../helpers/idle.js";
import { rejoinLossy } from "../../helpers/lossy.js";
import { useSuite } from "../../helpers/suite.js";
import { until } from "../../helpers/until.js";

const { conference } = useSuite(test);

const BAD = { loss: 0.2, jitterMs: 100 };
/** Thirty, tried by hand, leave about as much behind. */
const BAD_MS = 10_000;
const BACK_WITHIN_MS = 5000;
/** `growth` judges as much. */
const LISTEN_MS = 4000;

/** Somebody in the call who hears what the own page sends by WHIP: both ways of the line count. */
const timeCall = async (call: Conference, someone: Someone) => {
  await speak(call, someone);
  await until({
    what: "the call is heard",
    read: () => someone.stats(),
    accept: ({ totalSamples }) => totalSamples > 0,
  });
  return watchDelays(someone);
};

/** How often our side has received a sound anew. */
const renewals = async ({ server }: Conference): Promise<number> => {
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  const [, count] =
    /^tutti_mixer_sounds_renewed_total\S* (\d+)/m.exec(metrics) ?? [];
  return Number(count);
};

test.serial(
  "5 s after a bad network, with holes of half a second, a voice is as late as before, and stays so",
  async (t) => {
    const [call, neighbour] = [conference(t), conference(t)];
    const quiet = { microphone: false, camera: false };
    const [someone, other] = await Promise.all([
      call.join("red", quiet),
      neighbour.join("green", quiet),
    ]);
    const relays = await rejoinLossy(t, someone);
    const latest = [
      await timeCall(call, someone),
      // Everybody is late on a busy machine.
      await timeCall(neighbour, other),
    ];
    await delay(6000);
    const [before, { soundStreams }] = await Promise.all([
      renewals(call),
      someone.stats(),
    ]);
    const [own, good] = await growth(t, latest, async () => {
      for (let spent = 0; spent < BAD_MS; spent += 2000) {
        for (const relay of relays) relay.set(BAD);
        await delay(1500);
        for (const relay of relays) relay.set({ ...BAD, loss: 1 });
        await delay(500);
      }
      for (const relay of relays) relay.set();
      // What is heard from then on.
      await delay(BACK_WITHIN_MS + LISTEN_MS);
    });
    // What is left is longer packets: sound is lean until the line has been tried out.
    if (isIdle() || good! < 60)
      t.true(own! < (isIdle() ? 60 : 120) + Math.max(0, good!));
    else t.log("too busy a machine to judge delays");
    const ours = await until({
      what: "our side has a new buffer",
      read: () => renewals(call),
      accept: (count) => count > before,
    });
    const theirs = await until({
      what: "the page has one",
      read: () => someone.stats(),
      accept: (stats) => stats.soundStreams > soundStreams,
    });
    t.log(
      `replaced ${ours.value - before} times here, ${theirs.value.soundStreams - soundStreams} times by the page`,
    );
    t.pass();
  },
);
