/** What is said of a participant, as it reaches the mix; and noise that is taken out of a real connection. */
import test from "ava";
import type { Denoiser } from "../../../mixer/audio/suppressor.js";
import { createCounters } from "../../../mixer/counters.js";
import { createLoad } from "../../../mixer/room/load.js";
import { Places } from "../../../mixer/room/places.js";
import { Sound } from "../../../mixer/room/sound.js";
import { Tuning } from "../../../mixer/room/tuning.js";
import { openRoom } from "../../helpers/room.js";
import { personOf } from "../../helpers/settings.js";
import { noise, rms, sine } from "../../helpers/tone.js";
import { until } from "../../helpers/until.js";

/** Denoisers are made when the test says so. */
const create = () => {
  const sound = new Sound(createCounters(), createLoad(), () => undefined);
  const waiting: ((denoiser: Denoiser | Error) => void)[] = [];
  const errors: unknown[] = [];
  const tuning = new Tuning({
    sound,
    places: new Places(sound.mix),
    onError: (error) => errors.push(error),
    createDenoiser: () =>
      new Promise((resolve, reject) =>
        waiting.push((it) => (it instanceof Error ? reject(it) : resolve(it))),
      ),
  });
  sound.mix.add("ann");
  const given: Denoiser[] = [];
  const closed: Denoiser[] = [];
  const give = async (): Promise<void> => {
    const denoiser: Denoiser = {
      process: () => undefined,
      close: () => closed.push(denoiser),
    };
    given.push(denoiser);
    waiting.shift()!(denoiser);
    await new Promise(setImmediate);
  };
  const tune = (change: Parameters<typeof personOf>[1]): void =>
    tuning.tune(personOf("ann", change), false);
  return { sound, tuning, waiting, errors, give, tune, given, closed };
};

test("a denoiser is made once, and given back unused if it is not wanted any more", async (t) => {
  const it = create();
  it.tune({ denoise: true });
  it.tune({ denoise: true, gain: 2 });
  t.is(it.waiting.length, 1);
  it.tune({ denoise: false });
  await it.give();
  t.deepEqual(it.closed, it.given);
  it.tune({ denoise: true });
  await it.give();
  t.is(it.closed.length, 1);
  it.tuning.forget("ann");
  it.sound.remove("ann");
  for (let tick = 0; tick < 3; tick++) it.sound.tick(tick * 20_000, 0);
  t.deepEqual(it.closed, it.given, "it went with its voice");
});

test("who leaves while it is made gets none, and music has none", async (t) => {
  const it = create();
  it.tune({ denoise: true });
  it.tuning.forget("ann");
  it.sound.remove("ann");
  await it.give();
  t.deepEqual(it.closed, it.given);
  it.sound.mix.add("ann");
  it.tune({ denoise: true, music: true });
  t.is(it.waiting.length, 0);
  it.tune({ denoise: true });
  t.is(it.waiting.length, 1);
});

test("one that cannot be made is told of, and asked for again", async (t) => {
  const it = create();
  it.tune({ denoise: true });
  it.waiting.shift()!(new Error("no memory"));
  await new Promise(setImmediate);
  t.is(it.errors.length, 1);
  it.tune({ denoise: true });
  t.is(it.waiting.length, 1);
});

test.serial(
  "noise on a real connection goes down by more than 10 dB while its sender does nothing, and comes back",
  async (t) => {
    const call = openRoom();
    const { room } = call;
    t.teardown(call.close);
    room.participants.add(personOf("ann", { agc: false }));
    const hiss = noise(48_000, -30);
    const tone = sine(100, { count: 48_000, level: -60 });
    await call.send("ann", "camera", {
      sound: (from, count) =>
        Int16Array.from(
          { length: count },
          (_, i) => hiss[(from + i) % 48_000]! + tone[(from + i) % 48_000]!,
        ),
    });
    const viewer = await call.receive();
    const level = (accept: (level: number) => boolean) =>
      until({
        what: "the noise's level",
        read: () => rms(viewer.heard()),
        accept,
      });
    const before = (await level((it) => it > -40)).value;
    room.participants.update("ann", { denoise: true });
    const after = (await level((it) => it < before - 12)).value;
    t.log({ before, after });
    room.participants.update("ann", { denoise: false });
    await level((it) => it > -40);
    t.deepEqual(call.errors, []);
  },
);

test.serial("who is muted is not even decoded", async (t) => {
  const call = openRoom();
  const { room } = call;
  t.teardown(call.close);
  let blocks = 0;
  const { mix } = room.sound;
  const write = mix.write.bind(mix);
  mix.write = (...block) => {
    blocks++;
    write(...block);
  };
  room.participants.add(personOf("ann"));
  await call.send("ann", "camera", { tone: 440 });
  const arrives = () =>
    until({
      what: "sound arrives",
      read: () => blocks,
      accept: (count) => count > 20,
    });
  const pause = () => new Promise((resolve) => setTimeout(resolve, 300));
  await arrives();
  for (const stop of ["muted", "held"] as const) {
    room.participants.update("ann", { [stop]: true });
    await pause();
    blocks = 0;
    await pause();
    t.is(blocks, 0, stop);
    room.participants.update("ann", { [stop]: false });
    await arrives();
  }
});
