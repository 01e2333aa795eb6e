import test from "ava";
import { CallError } from "../../../public/sdk/errors.js";
import { microphoneConstraints } from "../../../public/sdk/microphone.js";
import { createSound } from "../../../public/sdk/sound.js";

const createWorld = () => {
  const asked: object[] = [];
  const world = { asked, refuse: false };
  const sound = createSound({
    ask: async (message) => {
      asked.push(message);
      if (world.refuse) throw new CallError("offline", "no seat");
    },
  });
  return Object.assign(world, { sound });
};

const BOB = { type: "balance", participant: "bob", gain: 0.4 };

test("whom one hears less is told, and told again with a new seat but not with one that was kept", async (t) => {
  const { sound, asked } = createWorld();
  await sound.balance("bob", 0.4);
  await sound.balance("cy", 2);
  await sound.balance("cy", 1);
  t.deepEqual([sound.balanceOf("bob"), sound.balanceOf("cy")], [0.4, 1]);
  asked.length = 0;
  sound.seated(true);
  t.deepEqual(asked, [{ type: "levels", on: false }]);
  asked.length = 0;
  sound.seated(false);
  t.deepEqual(asked, [BOB]);
  sound.gone("bob");
  t.is(sound.balanceOf("bob"), 1);
});

test("a refused balance is what it was", async (t) => {
  const world = createWorld();
  await world.sound.balance("bob", 0.4);
  world.refuse = true;
  await t.throwsAsync(world.sound.balance("bob", 2), { code: "offline" });
  t.is(world.sound.balanceOf("bob"), 0.4);
});

test("levels are asked for once, and again with each seat while they are wanted", (t) => {
  const { sound, asked } = createWorld();
  const on = { type: "levels", on: true };
  sound.setLevels(true);
  sound.setLevels(true);
  sound.seated(false);
  sound.seated(true);
  t.deepEqual(asked, [on, on, on]);
});

test("music is captured without what the browser does to voices", (t) => {
  const switches = ["echoCancellation", "noiseSuppression", "autoGainControl"];
  for (const [music, expected] of [
    [true, false],
    [false, true],
  ] as const)
    for (const name of switches)
      t.is(microphoneConstraints(music)[name as "echoCancellation"], expected);
});
