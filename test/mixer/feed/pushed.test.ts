/** The player on what an encoder pushes, with the system's ffmpeg on both sides. */
import test from "ava";
import { pushInput } from "../../../mixer/feed/arguments.js";
import { Player } from "../../../mixer/feed/player.js";
import { freePort } from "../../helpers/ports.js";
import { descendants, killProcess } from "../../helpers/processes.js";
import { makePushes, startEncoder } from "../../helpers/pushes.js";
import { GREEN } from "../../helpers/room.js";
import { until } from "../../helpers/until.js";

/** Pictures of 20 s at 30 a second: longer than this test waits for anything. */
const KEY_EVERY = 600;
const WITHIN = 15_000;

test("it shows an encoder's picture without waiting for its next key frame, and again when a decoder has died", async (t) => {
  const pushes = makePushes(await freePort());
  t.teardown(() => pushes.close());
  await pushes.listen();
  const push = await pushes.open({});
  const live = new Promise<void>((resolve) => push.watch(resolve));
  const to = `${push.url}/${push.key}`;
  const encoder = startEncoder({
    ...{ to, tone: 660, colour: GREEN, keyEvery: KEY_EVERY },
  });
  t.teardown(encoder.stop);
  await live;
  const shown: number[] = [];
  const player = new Player({
    ...{ input: pushInput(push.socket), picture: true },
    ...{ playing: true, position: 0, loop: false },
    onSound: () => undefined,
    onPicture: () => void shown.push(performance.now()),
    onStatus: () => undefined,
  });
  t.teardown(() => player.close());
  const moves = (since: number) =>
    until({
      what: "the picture moves",
      // One that stands is shown twice a second.
      read: () => {
        const recent = Math.max(since, performance.now() - 2_000);
        return shown.filter((at) => at > recent).length;
      },
      accept: (count) => count > 15,
      within: WITHIN,
    });
  await moves(0);
  const decoders = descendants(process.pid).filter(({ command }) =>
    command.includes(push.socket),
  );
  t.is(decoders.length, 1);
  for (const one of decoders) killProcess(one);
  // What it had decoded ahead is over then.
  await moves(performance.now() + 1_000);
  t.is(player.status.state, "playing");
});
