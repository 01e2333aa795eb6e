import test, { type ExecutionContext } from "ava";
import type { MixerChild } from "../../../server/mixers/child.js";
import { createSpare, type Spare } from "../../../server/mixers/spare.js";
import {
  createDiary,
  FAKE_MIXER,
  isRunning,
  MIXER_OPTIONS,
  silentLog,
} from "../../helpers/supervisor.js";
import { until } from "../../helpers/until.js";

const createTested = (t: ExecutionContext, waitMs = 0): Spare => {
  const spare = createSpare({
    script: FAKE_MIXER,
    options: MIXER_OPTIONS,
    env: process.env,
    waitMs,
    startLimitMs: 10_000,
    log: silentLog,
  });
  t.teardown(() => spare.close());
  return spare;
};

const createOwner = () => {
  const diary = createDiary<string>();
  const handlers = {
    onReady: () => diary.add("ready"),
    onEvent: () => diary.add("event"),
    onDown: () => diary.add("down"),
    onExit: () => diary.add("exit"),
  };
  return { diary, handlers };
};

type Owner = ReturnType<typeof createOwner>;

const taken = async (
  t: ExecutionContext,
  spare: Spare,
  { handlers }: Owner,
): Promise<MixerChild> => {
  const { value } = await until({
    what: "a spare process",
    read: () => spare.take(handlers),
    accept: (child) => child !== undefined,
  });
  t.teardown(() => value!.stop());
  return value!;
};

test("there is none before it is wanted, and close takes no time", async (t) => {
  const spare = createTested(t);
  t.is(spare.take(createOwner().handlers), undefined);
  await spare.close();
  spare.keep();
  t.is(spare.take(createOwner().handlers), undefined);
});

test("one that is taken answers at once and tells its owner everything; another one follows", async (t) => {
  const spare = createTested(t);
  const [first, second] = [createOwner(), createOwner()];
  spare.keep();
  const child = await taken(t, spare, first);
  await first.diary.until((entry) => entry === "ready");
  t.is((await child.request("stats", {})).memory, 1);
  const next = await taken(t, spare, second);
  t.not(next.pid, child.pid);
  child.kill();
  await first.diary.until((entry) => entry === "exit");
  t.deepEqual(first.diary.entries, ["ready", "down", "exit"]);
  await second.diary.until((entry) => entry === "ready");
  t.deepEqual(second.diary.entries, ["ready"]);
});

test("close leaves no process", async (t) => {
  const spare = createTested(t);
  const owner = createOwner();
  spare.keep();
  const child = await taken(t, spare, owner);
  await Promise.all([spare.close(), spare.close()]);
  t.true(isRunning(child.pid!), "that one has another owner");
  await child.stop();
  t.false(isRunning(child.pid!));
  t.is(spare.take(owner.handlers), undefined);
});

test("one that dies while nobody has it is replaced", async (t) => {
  const spare = createTested(t);
  const killed = createOwner();
  spare.keep();
  const pids = new Set<number>();
  for (let turn = 0; turn < 2; turn++) {
    const child = await taken(t, spare, killed);
    pids.add(child.pid!);
    await child.stop();
  }
  t.is(pids.size, 2);
});
