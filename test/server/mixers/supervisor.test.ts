import test, { type ExecutionContext } from "ava";
import type { Mixer } from "../../../server/mixers/slot.js";
import type { Supervisor } from "../../../server/mixers/supervisor.js";
import {
  createDiary,
  type FakeOptions,
  isRunning,
  startSupervisor,
} from "../../helpers/supervisor.js";
import { personOf } from "../../helpers/settings.js";
import { MAIN_VIEW } from "../../helpers/view-settings.js";

const ANN = personOf("ann", { name: "Ann", camera: false });
const ANNS_CAMERA = { participant: "ann", source: "camera" } as const;

/** Opens a room with Ann in it and writes down what its slot says. */
const moveIn = async (mixer: Mixer, room = "red") => {
  const diary = createDiary<string>();
  const evict = mixer.house(room, {
    load: () => 1,
    onEvent: ({ name }) => diary.add(name),
    onLost: () => diary.add("lost"),
    onReady: () => diary.add("ready"),
  });
  await mixer.request("room.open", { room, main: MAIN_VIEW });
  await mixer.request("participant.add", { room, participant: ANN });
  const command = async (sdp: string): Promise<string> =>
    (await mixer.request("publish", { room, ...ANNS_CAMERA, sdp })).sdp;
  return { diary, evict, command };
};

const up = async (
  t: ExecutionContext,
  options: FakeOptions = {},
): Promise<Supervisor> => {
  const supervisor = startSupervisor(t, options);
  await supervisor.started();
  return supervisor;
};

const settled = (promise: Promise<unknown>) =>
  promise.then(
    () => "answered",
    (error: { code?: string }) => error.code,
  );

test("a request is answered, and bytes survive the way", async (t) => {
  const mixer = (await up(t)).pick();
  const { command } = await moveIn(mixer);
  t.is(await command("hello"), "answer to hello");
  const { jpeg } = await mixer.request("picture", {
    room: "red",
    view: "main",
  });
  t.true(jpeg instanceof Uint8Array);
  t.deepEqual([...jpeg], [0xff, 0xd8, 0xff]);
});

for (const [code, seen] of [
  ["bad-request", "bad-request"],
  ["not-acceptable", "not-acceptable"],
  ["not-found", "not-found"],
  ["overloaded", "overloaded"],
  ["failed", "mixer-failed"],
] as const)
  test(`a mixer's "${code}" reaches the caller as "${seen}"`, async (t) => {
    const { command } = await moveIn((await up(t)).pick());
    await t.throwsAsync(command(`fail ${code}`), { code: seen });
  });

test("a request without an answer fails after its time limit, and a reply that comes later harms nobody", async (t) => {
  const mixer = (await up(t)).pick();
  await moveIn(mixer);
  const ask = { room: "red", ...ANNS_CAMERA, sdp: "silent" };
  await t.throwsAsync(mixer.request("publish", ask, 20), {
    code: "overloaded",
    message: /"publish" within 0\.02 s/,
  });
});

test("events reach the guest of their room and nobody else", async (t) => {
  const mixer = (await up(t)).pick();
  const red = await moveIn(mixer, "red");
  const blue = await moveIn(mixer, "blue");
  const event = { name: "talking", data: { room: "blue", talkers: [] } };
  await red.command(`event ${JSON.stringify(event)}`);
  await blue.diary.until((entry) => entry === "talking");
  t.false(red.diary.entries.includes("talking"));
});

test("when a mixer dies everything pending fails at once and another process takes its place", async (t) => {
  const mixer = (await up(t)).pick();
  const { command, diary } = await moveIn(mixer);
  const pid = await command("pid");
  const pending = settled(command("silent"));
  process.kill(Number(pid), "SIGKILL");
  t.is(await pending, "mixer-failed");
  t.false(mixer.up());
  await t.throwsAsync(command("hello"), { code: "mixer-failed" });
  await diary.until((entry) => entry === "ready");
  t.deepEqual(
    diary.entries.filter((entry) => entry !== "layout"),
    ["lost", "ready"],
  );
  await t.throwsAsync(command("pid"), { code: "not-found" });
  const again = await moveIn(mixer, "green");
  t.not(await again.command("pid"), pid);
});

test("whoever learns first that a mixer is dead, its rooms know by then, so that asking again waits for the next", async (t) => {
  const mixer = (await up(t)).pick();
  const { command, diary } = await moveIn(mixer);
  const pid = Number(await command("pid"));
  process.kill(pid, "SIGKILL");
  // The event loop stands still meanwhile: nothing has told this process yet.
  const clock = new Int32Array(new SharedArrayBuffer(4));
  Atomics.wait(clock, 0, 0, 100);
  t.is(await settled(command("hello")), "mixer-failed");
  t.true(diary.entries.includes("lost"));
  await diary.until((entry) => entry === "ready");
});

test("a mixer whose neighbour dies notices nothing", async (t) => {
  const supervisor = await up(t, { count: 2 });
  const first = supervisor.pick();
  const a = await moveIn(first, "red");
  const second = supervisor.pick();
  t.not(first.index, second.index);
  const b = await moveIn(second, "blue");
  const pid = await b.command("pid");
  void settled(a.command("crash"));
  await a.diary.until((entry) => entry === "lost");
  t.is(supervisor.pick().index, second.index);
  t.true(supervisor.ready());
  await a.diary.until((entry) => entry === "ready");
  t.is(await b.command("pid"), pid);
  t.false(b.diary.entries.includes("lost"));
});

test("a mixer that hangs is killed and replaced", async (t) => {
  const timings = { probeEvery: 10, probeLimit: 200 };
  const { command, diary } = await moveIn((await up(t, { timings })).pick());
  const pid = Number(await command("pid"));
  t.is(await settled(command("hang")), "mixer-failed");
  await diary.until((entry) => entry === "ready");
  t.false(isRunning(pid));
});

test("an idle mixer that has grown is replaced, one with a room is not", async (t) => {
  const timings = { probeEvery: 10 };
  const supervisor = await up(t, {
    timings,
    env: { FAKE_MEMORY: "2000" },
    memoryLimit: 1_000,
  });
  const { command, diary, evict } = await moveIn(supervisor.pick());
  const pid = Number(await command("pid"));
  t.is(await command("hello"), "answer to hello");
  evict();
  while (isRunning(pid)) await new Promise(setImmediate);
  t.false(diary.entries.includes("lost"));
});

test("close leaves no process, not even one that ignores its channel and SIGTERM", async (t) => {
  const supervisor = await up(t, { count: 2 });
  const a = await moveIn(supervisor.pick(), "red");
  const b = await moveIn(supervisor.pick(), "blue");
  const pids = [Number(await a.command("pid")), Number(await b.command("pid"))];
  await b.command("deaf");
  await Promise.all([supervisor.close(), supervisor.close()]);
  t.deepEqual(pids.map(isRunning), [false, false]);
  t.throws(() => supervisor.pick(), { code: "overloaded" });
  t.false(supervisor.ready());
});

test("a mixer that dies at its start is tried again, ever more slowly, and close ends the trying", async (t) => {
  const supervisor = startSupervisor(t, {
    env: { FAKE_STILLBORN: "1" },
    timings: { backOff: [0, 1, 1, 60_000] },
  });
  t.notThrows(() => supervisor.pick(), "the first ones may still come");
  const none = () => {
    try {
      supervisor.pick();
      return false;
    } catch {
      return true;
    }
  };
  while (!none()) await new Promise(setImmediate);
  t.throws(() => supervisor.pick(), { code: "overloaded" });
  await supervisor.close();
});

test("stats number the mixers, and say zero of one that is down", async (t) => {
  const supervisor = await up(t, { count: 2 });
  const { command, diary } = await moveIn(supervisor.pick());
  void settled(command("crash"));
  await diary.until((entry) => entry === "lost");
  const stats = await supervisor.stats();
  t.deepEqual(
    stats.map(({ mixer, up, memory }) => ({ mixer, up, memory })),
    [
      { mixer: 0, up: false, memory: 0 },
      { mixer: 1, up: true, memory: 1 },
    ],
  );
});

for (const count of [0, -1, 1.5, Number.NaN])
  test(`${count} mixers are refused`, (t) => {
    t.throws(() => startSupervisor(t, { count }), {
      instanceOf: TypeError,
      message: `count must be a positive integer, got ${count}`,
    });
  });
