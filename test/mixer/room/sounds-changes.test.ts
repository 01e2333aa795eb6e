/** What plays is started, paused, moved and stopped in the middle of its tone: real files, decoded by the system's ffmpeg. */
import { mkdtempSync, rmSync } from "node:fs";
import { join as joinPath } from "node:path";
import test from "ava";
import { startTicker } from "../../../mixer/clock.js";
import type { FeedRequests } from "../../../mixer/contract.js";
import { createCounters } from "../../../mixer/counters.js";
import { createLoad } from "../../../mixer/room/load.js";
import { Sound } from "../../../mixer/room/sound.js";
import { Sounds } from "../../../mixer/room/sounds.js";
import { makeMedia } from "../../helpers/media.js";
import { join, largestStep, peak } from "../../helpers/tone.js";
import { until } from "../../helpers/until.js";

const HZ = 660;
const TICKS = 50;
/** At -20 dBFS and twice that, and half as much again for fades of 5 ms. */
const STEEPEST = 1.5 * 2 * 3277 * ((2 * Math.PI * HZ) / 48_000);

const folder = mkdtempSync("/tmp/tutti-changes-");
test.before(async () => {
  await makeMedia(joinPath(folder, "tone.wav"), { tone: HZ, seconds: 20 });
});
test.after.always(() => rmSync(folder, { recursive: true }));

type Change = FeedRequests["sound.set"]["params"]["change"];

/** A room's sounds in real time, with all that is heard by somebody. */
const openSounds = () => {
  const sound = new Sound(createCounters(), createLoad(), () => undefined);
  sound.mix.add("zoe");
  const heard: Int16Array[] = [];
  const ticker = startTicker({
    ...{ ticksPerSecond: TICKS, maxCatchUp: 5, onSkip: () => undefined },
    onTick: (due) => {
      const { mix, privates } = sound;
      mix.tick(due);
      privates.tick(due);
      heard.push(privates.over(mix.listen("zoe").samples, "zoe").slice());
    },
  });
  const sounds = new Sounds({
    folders: { recordings: folder, media: undefined },
    sound,
    isThere: () => true,
    onStatus: () => undefined,
  });
  const isLoud = (): boolean => peak(join(heard.slice(-5))) > 1000;
  const wait = (loud: boolean): Promise<unknown> =>
    until({
      what: loud ? "the tone" : "silence",
      read: isLoud,
      accept: (it) => it === loud,
    });
  return {
    sounds,
    heard,
    wait,
    /** Ticks from now on. */
    pass: (ticks: number): Promise<unknown> => {
      const end = heard.length + ticks;
      const read = (): number => heard.length;
      return until({ what: "ticks", read, accept: (it) => it >= end });
    },
    close: async () => {
      ticker.stop();
      await sounds.closeAll();
      sound.close();
    },
  };
};

for (const participant of [undefined, "zoe"])
  test(`what ${participant === undefined ? "everybody" : "one"} hears begins, rests, goes on, jumps and ends without a step`, async (t) => {
    const { sounds, heard, wait, pass, close } = openSounds();
    const set = (change: Change): void =>
      void sounds.set({ room: "demo", sound: "s", change });
    const play = { playing: true, position: 0, loop: false, duck: 0.5 };
    await sounds.play({
      room: "demo",
      sound: {
        ...{ id: "s", volume: 1, ...play, participant },
        source: { kind: "recording", name: "tone.wav" },
      },
    });
    await wait(true);
    for (const position of [3.001, 7.0004, 1.5]) {
      set({ playing: false });
      await wait(false);
      set({ playing: true });
      await wait(true);
      await pass(7);
      set({ volume: 2 });
      await pass(4);
      set({ position });
      await pass(25);
      set({ volume: 1 });
      await wait(true);
    }
    await sounds.stop("s");
    await wait(false);
    await close();
    const step = largestStep(join(heard));
    t.log({
      step,
      allowed: Math.round(STEEPEST),
      seconds: heard.length / TICKS,
    });
    t.true(step <= STEEPEST);
  });
