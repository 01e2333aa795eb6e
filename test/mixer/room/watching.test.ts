/** What a subscriber sees, with a leg whose packets are counted instead of sent, and a line that a test makes up. */
import test from "ava";
import type {
  OverloadLevel,
  RenditionName,
  RungName,
} from "../../../mixer/contract.js";
import { createCounters } from "../../../mixer/counters.js";
import { Leg } from "../../../mixer/egress/leg.js";
import type { Line } from "../../../mixer/egress/line.js";
import { createLoad } from "../../../mixer/room/load.js";
import { View } from "../../../mixer/room/view.js";
import { Watching } from "../../../mixer/room/watching.js";
import { settingsOf } from "../../helpers/settings.js";
import { until } from "../../helpers/until.js";

const SECOND = 1_000_000;

const good: Line = {
  estimate: undefined,
  carried: 0,
  full: false,
  lost: 0,
  roundTrip: 40,
  queue: 0,
};
const full = (estimate: number): Line => ({ ...good, full: true, estimate });

const openView = (height: number): View =>
  new View({
    name: `v${height}`,
    settings: settingsOf({ width: (height * 16) / 9, height }),
    zero: 0,
    encoder: "software",
    counters: createCounters(),
    load: createLoad(),
    onLayout: () => undefined,
    onError: (error) => {
      throw error;
    },
  });

const openLeg = () => {
  const counters = createCounters();
  const wire = { isOpen: () => true, send: () => true };
  const fields = {
    ...{ payloadType: 96, ssrc: 7 },
    ...{ sendTimeId: 0, playoutDelayId: 0, transportId: 0 },
  };
  return { leg: new Leg(wire, fields, counters), counters };
};

const open = (
  view: View,
  { wanted = "auto", cap }: { wanted?: RenditionName; cap?: RungName } = {},
) => {
  const { leg, counters } = openLeg();
  const watching = new Watching(view, { wanted, cap }, 0);
  const rung = (line: Line = good, load: OverloadLevel = 0, at = SECOND) => {
    watching.adapt(line, load, at);
    return watching.quality(line).rung;
  };
  watching.open({ leg, codec: "vp8" });
  return { watching, leg, counters, rung };
};

const CASES: [
  what: string,
  height: number,
  wish: { wanted?: RenditionName; cap?: RungName },
  load: OverloadLevel,
  rung: RungName,
][] = [
  ["usually", 720, {}, 0, "720p"],
  ["a larger canvas begins no larger", 1080, {}, 0, "720p"],
  ["with a cap", 720, { cap: "360p" }, 0, "360p"],
  ["as wished", 720, { wanted: "low" }, 0, "180p"],
  ["a wish above the cap", 720, { wanted: "high", cap: "180p" }, 0, "180p"],
  ["under some load", 720, {}, 2, "720p"],
  ["under more load", 720, {}, 3, "540p"],
  ["under more load, whatever was wished", 720, { wanted: "high" }, 3, "540p"],
  ["under more load, a small canvas", 540, {}, 3, "360p"],
  ["under more load, a lower cap", 720, { cap: "180p" }, 3, "180p"],
  ["sound only", 720, { wanted: "audio" }, 0, "audio"],
];

for (const [what, height, wish, load, expected] of CASES)
  test(`${what}: ${expected}`, async (t) => {
    const view = openView(height);
    const { watching, rung } = open(view, wish);
    t.is(rung(good, load), expected);
    t.is(view.encoders, expected === "audio" ? 0 : 1);
    watching.close();
    t.is(view.encoders, 0);
    await view.close();
  });

test("without a leg nothing is encoded", async (t) => {
  const view = openView(360);
  const watching = new Watching(view, { wanted: "auto", cap: undefined }, 0);
  watching.adapt(good, 0, SECOND);
  t.is(view.encoders, 0);
  t.is(watching.quality(good).rung, "audio");
  t.true(watching.hasArrived);
  await view.close();
});

test("between two rungs both are encoded until the leg has a key frame of the new one", async (t) => {
  const view = openView(360);
  const { watching, leg, counters, rung } = open(view);
  t.is(rung(), "360p");
  const packets = (count: number) =>
    until({
      what: "packets",
      read: () => counters.packetsSent,
      accept: (sent) => sent > count,
    });
  await packets(3);
  watching.wish.wanted = "low";
  const before = leg.source;
  t.is(rung(), "180p");
  t.is(leg.source, before);
  t.false(watching.hasArrived);
  t.is(view.encoders, 2);
  await until({
    what: "the new rung",
    read: () => watching.hasArrived,
    accept: (arrived) => arrived,
  });
  t.is(view.encoders, 1);
  await packets(counters.packetsSent);
  watching.close();
  t.is(leg.source, undefined);
  await view.close();
});

test("who leaves between two rungs leaves both", async (t) => {
  const view = openView(360);
  const { watching, counters, rung } = open(view);
  rung();
  await until({
    what: "packets",
    read: () => counters.packetsSent,
    accept: (sent) => sent > 0,
  });
  watching.wish.wanted = "low";
  rung();
  watching.close();
  t.is(view.encoders, 0);
  await view.close();
});

for (const [limit, expected] of [
  [undefined, "720p"],
  [130_000, "180p"],
  [5_000, "slides"],
] as const)
  test(`who had sound only and wants a picture has it at once, from a line that carries ${limit ?? "who knows what"}: ${expected}`, async (t) => {
    const view = openView(720);
    const { watching, counters, rung } = open(view, { wanted: "audio" });
    t.is(rung(), "audio");
    t.is(counters.packetsSent, 0);
    watching.wish.wanted = "auto";
    watching.restart(2 * SECOND, limit);
    t.is(rung(good, 0, 2 * SECOND), expected);
    const { after } = await until({
      what: "the picture",
      read: () => counters.packetsSent,
      accept: (sent) => sent > 0,
    });
    t.log(`${Math.round(after)} ms`);
    t.true(after < 2000);
    watching.close();
    await view.close();
  });

test("another view begins at the rung that the line was known to carry, another wish anew", async (t) => {
  const [one, two] = [openView(720), openView(540)];
  const { watching, rung } = open(one);
  rung();
  t.is(rung(full(200_000), 0, 10 * SECOND), "180p");
  watching.watch(two, 11 * SECOND);
  t.is(rung(good, 0, 11 * SECOND), "180p");
  t.is(watching.quality(good).view, "v540");
  watching.restart(12 * SECOND);
  t.is(rung(good, 0, 12 * SECOND), "540p");
  watching.close();
  await Promise.all([one.close(), two.close()]);
});
