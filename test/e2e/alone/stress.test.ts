/** Sound on bad lines and through stalls, and what it costs those on good ones. */
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import test from "ava";
import { isIdle } from "../../helpers/idle.js";
import type { Conference, Someone } from "../../helpers/conference.js";
import { equip, growth, speak, watchDelays } from "../../helpers/beeps.js";
import { intelligibility } from "../../helpers/intelligible.js";
import { makeLossy, withoutRed } from "../../helpers/lossy.js";
import { parseWav, rms } from "../../helpers/tone.js";
import { median } from "../../helpers/median.js";
import { useSuite } from "../../helpers/suite.js";
import { createResampler } from "../../../mixer/audio/resample.js";
import { inRoot } from "../../helpers/root.js";

/** A mixer that is told to does nothing for 200 ms; its other threads go on. */
const STALL_MS = 200;
const stallOnSignal = `process.on("SIGUSR2",()=>Atomics.wait(new Int32Array(new SharedArrayBuffer(4)),0,0,${STALL_MS}))`;

const { conference } = useSuite(test, {
  env: {
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(stallOnSignal)}`,
  },
});

const LOSS = 0.2;
const BAD = { loss: LOSS, jitterMs: 100 };
/** Browsers report on sound every 5 s, give or take half. */
const REPORTED_MS = 7_500;
const LISTEN_MS = 6_000;
/** Of `intelligibility`: about what noise 3 dB louder than the voice leaves of it. */
const UNDERSTOOD = 0.75;
/** 10 ms. */
const BLOCK = 480;

const speech = readFileSync(inRoot("test/media/speech-0930.wav"));
const SPEECH = speech.toString("base64");
const said = (): Int16Array => {
  const { samples, rate } = parseWav(speech);
  return createResampler(1).resample(samples, rate, 1).slice();
};

const listen = async (call: Conference, someone: Someone): Promise<void> => {
  await equip(someone);
  await someone.page.evaluate(
    (room) => window.tools.whep({ room, atOnce: true }),
    call.room,
  );
};

const record = async ({ page }: Someone, ms: number): Promise<Int16Array> => {
  const text = await page.evaluate(
    (seconds) => window.stress.record(seconds),
    ms / 1000,
  );
  const bytes = new Uint8Array(Buffer.from(text, "base64"));
  return new Int16Array(bytes.buffer);
};

/** Shares of what was played meanwhile that was made up. */
const concealed = async (
  listeners: readonly Someone[],
  meanwhile: () => Promise<unknown>,
): Promise<number[]> => {
  const read = () => Promise.all(listeners.map((it) => it.stats()));
  const before = await read();
  await meanwhile();
  const after = await read();
  return after.map(
    ({ concealedSamples, totalSamples }, at) =>
      (concealedSamples - before[at]!.concealedSamples) /
      (totalSamples - before[at]!.totalSamples),
  );
};

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

test.serial(
  "a listener who loses 20 % understands: with RED nearly nothing is made up, with FEC alone a few per cent; one on a good line notices nothing",
  async (t) => {
    const call = conference(t);
    const [speaker, red, plain, good] = await Promise.all(
      (["red", "green", "blue", "yellow"] as const).map((it) => call.open(it)),
    );
    await makeLossy(t, red!, { loss: LOSS });
    await makeLossy(t, plain!, { loss: LOSS, offer: withoutRed });
    await speak(call, speaker!, SPEECH);
    const listeners = [red!, plain!, good!];
    for (const one of listeners) await listen(call, one);
    await delay(REPORTED_MS);
    let heard: Int16Array[] = [];
    const [withRed, without, own] = await concealed(listeners, async () => {
      heard = await Promise.all(listeners.map((it) => record(it, LISTEN_MS)));
    });
    const scores = heard.map((it) => intelligibility(said(), it));
    t.log(
      `made up: ${percent(withRed!)} with RED, ${percent(without!)} with FEC alone, ${percent(own!)} on a good line; intelligibility ${scores.map((it) => it.toFixed(2)).join(", ")}`,
    );
    t.true(withRed! < without!);
    t.true(own! < 0.05);
    // On a busy machine the bad lines, which this process is, stall as well.
    const idle = isIdle();
    t.true(withRed! - own! < (idle ? 0.04 : 0.08));
    t.true(without! - own! < (idle ? 0.12 : 0.18));
    t.true(Math.min(...scores) > (idle ? UNDERSTOOD : 0.6));
  },
);

test.serial(
  "who loses 20 % both ways with 100 ms of jitter is understood by everybody, and nobody else notices",
  async (t) => {
    const call = conference(t);
    const [bad, one, other] = await Promise.all(
      (["red", "green", "blue"] as const).map((it) => call.open(it)),
    );
    const relays = await makeLossy(t, bad!, {});
    await speak(call, bad!, SPEECH);
    for (const listener of [bad!, one!, other!]) await listen(call, listener);
    await delay(2000);
    const hear = async () => {
      let heard: Int16Array | undefined;
      const made = await concealed([one!, other!, bad!], async () => {
        heard = await record(one!, LISTEN_MS);
      });
      const score = intelligibility(said(), heard!);
      t.log(
        `intelligibility ${score.toFixed(2)}; made up for the others ${percent(made[0]!)} and ${percent(made[1]!)}, for itself ${percent(made[2]!)}`,
      );
      return { made, score };
    };
    const before = await hear();
    for (const relay of relays) relay.set(BAD);
    await delay(REPORTED_MS);
    const during = await hear();
    // Which words are hit is chance; six seconds of them differ by 0.1.
    t.true(before.score > 0.9);
    t.true(during.score > UNDERSTOOD - 0.1);
    for (const listener of [0, 1])
      t.true(during.made[listener]! - before.made[listener]! < 0.02);
    t.true(during.made[2]! < 0.15);
  },
);

/** Somebody who beeps and hears it: both ways of the line count. */
const timeBeeps = async (call: Conference, someone: Someone) => {
  await speak(call, someone);
  await listen(call, someone);
  return watchDelays(someone);
};

/** Times, in ms, when it was less than half as loud as mostly; what is 30 ms apart is heard as one. */
const dips = (heard: Int16Array): { from: number; to: number }[] => {
  const levels = Array.from({ length: heard.length / BLOCK }, (_, n) =>
    rms(heard.subarray(n * BLOCK, (n + 1) * BLOCK)),
  );
  const usual = median(levels);
  const found: { from: number; to: number }[] = [];
  levels.forEach((level, n) => {
    if (level > usual - 6) return;
    const last = found.at(-1);
    if (last !== undefined && 10 * n - last.to <= 30) last.to = 10 * (n + 1);
    else found.push({ from: 10 * n, to: 10 * (n + 1) });
  });
  return found;
};

/** Listens to a tone while the mixer stands still. */
const hearStall = async (call: Conference, listener: Someone) => {
  const recording = record(listener, 2500);
  await delay(1200);
  const [mixer] = call.server.mixers();
  process.kill(mixer!.pid, "SIGUSR2");
  return dips((await recording).subarray(BLOCK * 20));
};

test.serial(
  "a stall of the mixer of 200 ms is one gap at most, and leaves no delay",
  async (t) => {
    const [call, neighbour] = [conference(t), conference(t)];
    const [tone, listener, beeper] = await Promise.all(
      (["red", "green", "blue"] as const).map((it) => call.open(it)),
    );
    await tone!.page.evaluate(() => (window.persona.camera = false));
    await tone!.page.evaluate(
      (room) => window.tools.whip(room, "Tone"),
      call.room,
    );
    await listen(call, listener!);
    const latest = await timeBeeps(neighbour, beeper!);
    await listener!.hears(["red"]);
    await delay(7000);
    const heard: { from: number; to: number }[][] = [];
    const [grown] = await growth(t, [latest], async () => {
      // A busy machine has gaps of its own: one of three times there is to be no other.
      do heard.push(await hearStall(call, listener!));
      while (heard.length < 3 && heard.at(-1)!.length > 1);
      await delay(5000);
    });
    t.log(
      `gaps: ${heard.map((them) => them.map(({ from, to }) => `${to - from} ms`).join(" and ")).join("; ")}`,
    );
    const [found] = heard.slice(-1);
    t.true(found!.length <= 1);
    for (const { from, to } of found!) t.true(to - from < 2 * STALL_MS);
    if (isIdle()) t.true(grown! < 60);
    else t.log("too busy a machine to judge delays");
  },
);
