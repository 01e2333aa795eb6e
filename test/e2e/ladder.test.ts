import test, { type ExecutionContext } from "ava";
import type { Conference, Someone } from "../helpers/conference.js";
import type { MixStats } from "../helpers/page/peers.js";
import type { Relay } from "../helpers/relay.js";
import { watchThroughRelay } from "../helpers/relayed.js";
import { useSuite } from "../helpers/suite.js";
import { until } from "../helpers/until.js";

// Half the pictures of a usual call: what is measured is the line, not this machine.
const { conference } = useSuite(test, { env: { TUTTI_VIDEO: "1280x720@15" } });

/** A phone at the edge of its cell. */
const NARROW = { bitsPerSecond: 150_000 };
/** What the issue promises for a picture after a cut. */
const MOVING_AGAIN = 3000;
/** From the end of the cut: 8 good seconds, and the tries on the way up. */
const RECOVERY = 25_000;
/** Of the sound, beyond what a viewer on a good line lacks at the same time: a scratch, not a gap. */
const MOST_CONCEALED = 0.04;

const reach = (
  viewer: Someone,
  what: string,
  accept: (stats: MixStats) => boolean,
  within?: number,
) => until({ what, read: viewer.stats, accept, within });

/** The largest picture that the server gives now: one with too much to do closes 720p, whatever the line carries. */
const largest = async (call: Conference): Promise<number> => {
  const metrics = await (await fetch(`${call.server.url}/metrics`)).text();
  const level = /^tutti_mixer_overload_level\S* (\d)/m.exec(metrics)?.[1];
  return Number(level ?? 0) < 3 ? 720 : 540;
};

const reachLargest = async (
  call: Conference,
  viewer: Someone,
  within?: number,
): Promise<{ value: MixStats; after: number }> => {
  const { value, after } = await until({
    what: "the largest picture",
    read: () => Promise.all([viewer.stats(), largest(call)]),
    accept: ([{ frameHeight }, height]) => frameHeight >= height,
    within,
  });
  return { value: value[0], after };
};

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

type Ears = { concealed(): Promise<number> };

/** Listens from now on: what is played without having arrived, beyond what a listener on a good line lacks. */
const listen = async (viewer: Someone, good: Someone): Promise<Ears> => {
  const read = () => Promise.all([viewer.stats(), good.stats()]);
  const before = await read();
  return {
    concealed: async () => {
      const [own, others] = (await read()).map(
        ({ concealedSamples, totalSamples }, at) =>
          (concealedSamples - before[at]!.concealedSamples) /
          (totalSamples - before[at]!.totalSamples),
      );
      return own! - others!;
    },
  };
};

/** Waits until a smaller picture moves; resolves with the milliseconds that it took. */
const movesAgain = async (
  viewer: Someone,
  { frameHeight }: MixStats,
): Promise<number> => {
  const isSmaller = (now: MixStats) => now.frameHeight < frameHeight;
  const first = await reach(viewer, "a smaller picture", isSmaller);
  const moving = await reach(
    viewer,
    "the smaller picture moves",
    (now) => now.framesDecoded >= first.value.framesDecoded + 5,
  );
  return Math.round(first.after + moving.after);
};

const cut = async (
  t: ExecutionContext,
  relay: Relay,
  viewer: Someone,
  good: Someone,
): Promise<void> => {
  const before = await viewer.stats();
  const atOnce = await listen(viewer, good);
  relay.narrow("toClient", NARROW);
  const after = await movesAgain(viewer, before);
  t.true(after < MOVING_AGAIN, `moving again after ${after} ms`);
  const first = await atOnce.concealed();
  const settled = await viewer.stats();
  const afterwards = await listen(viewer, good);
  const { value: later } = await reach(
    viewer,
    "3 s of sound",
    ({ totalSamples }) => totalSamples > settled.totalSamples + 3 * 48_000,
  );
  const rest = await afterwards.concealed();
  t.log(
    `${later.frameHeight} lines moving after ${after} ms; concealed: ${percent(first)} until then, ${percent(rest)} afterwards`,
  );
  t.true(rest < MOST_CONCEALED, `${percent(rest)} of the sound concealed`);
  t.true(later.framesDecoded > settled.framesDecoded);
};

test.serial(
  "a line that is cut to 150 kbit/s keeps sound and a moving picture, and gets 720p back",
  async (t) => {
    const call = conference(t);
    const [red] = await Promise.all([
      call.join("red", { busy: true }),
      call.join("green"),
    ]);
    const viewer = await call.open("blue");
    const codec = "video/H264";
    const relay = await watchThroughRelay(t, call, viewer, { codec });
    await viewer.hears(["red", "green"]);
    const { value: full } = await reachLargest(call, viewer);
    const { value, after } = await reach(
      viewer,
      "2 s of pictures",
      (now) => now.framesDecoded >= full.framesDecoded + 30,
    );
    const rate = (8 * (value.videoBytes - full.videoBytes)) / after;
    t.log(`${Math.round(rate)} kbit/s of ${value.frameHeight} lines`);

    await cut(t, relay, viewer, red);
    await viewer.hears(["red", "green"]);

    const recovering = await listen(viewer, red);
    relay.narrow("toClient", undefined);
    const back = await reachLargest(call, viewer, RECOVERY);
    const concealed = await recovering.concealed();
    t.log(
      `${back.value.frameHeight} lines again after ${(back.after / 1000).toFixed(1)} s; concealed: ${percent(concealed)}`,
    );
    t.true(concealed < MOST_CONCEALED, `${percent(concealed)} concealed`);
  },
);

test.serial("rendition=low gives 180 lines from the start", async (t) => {
  const call = conference(t);
  await call.join("red");
  const viewer = await call.open("blue");
  await viewer.page.evaluate((options) => window.tools.whep(options), {
    room: call.room,
    codec: "video/VP8",
    query: "?view=main&rendition=low",
  });
  const { value } = await reach(
    viewer,
    "a picture",
    ({ frameHeight }) => frameHeight > 0,
  );
  t.is(value.frameHeight, 180);
});

test.serial(
  "the page's quality menu changes the picture's size over the same connection",
  async (t) => {
    const call = conference(t);
    const red = await call.join("red");
    const choose = async (item: string): Promise<void> => {
      await red.page.getByTestId("quality").click();
      await red.page.locator(`[data-item="${item}"]`).click();
    };
    const { value: before } = await reachLargest(call, red);
    for (const [item, height] of [
      ["low", 180],
      ["medium", 360],
    ] as const) {
      await choose(item);
      const { after } = await reach(
        red,
        item,
        ({ frameHeight }) => frameHeight === height,
      );
      t.log(`${item} after ${Math.round(after)} ms`);
    }
    await choose("high");
    await reachLargest(call, red);
    await choose("saver");
    await reach(red, "saver", ({ frameHeight }) => frameHeight === 360);
    await red.sees(red);
    const after = await red.stats();
    t.is(after.connections, before.connections);
    const [one] = await call.participants();
    t.like(one?.quality, { wanted: "high", cap: "360p", rung: "360p" });
    t.deepEqual(red.problems, []);
  },
);
