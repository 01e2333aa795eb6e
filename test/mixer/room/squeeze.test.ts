import test from "ava";
import { leastRate, rungsFor } from "../../../mixer/room/rungs.js";
import { createSqueeze } from "../../../mixer/room/squeeze.js";

const rungs = rungsFor({ width: 1280, height: 720, fps: 30 });
const rung = (name: string) => rungs.find((it) => it.name === name)!;
const SECOND = 1_000_000;

test("the last moving rung takes three quarters of the narrowest line, between its least and its own rate", (t) => {
  for (const [narrowest, rate] of [
    [Infinity, 120_000],
    [200_000, 120_000],
    [100_000, 75_000],
    [10_000, Math.round(0.75 * leastRate(rung("180p")))],
  ] as const) {
    const squeeze = createSqueeze(rung("180p"));
    squeeze.update(narrowest, 0, false);
    t.is(squeeze.rate, rate);
  }
});

test("other rungs keep theirs", (t) => {
  for (const name of ["720p", "360p", "slides"]) {
    const squeeze = createSqueeze(rung(name));
    t.false(squeeze.update(20_000, 0, false));
    t.is(squeeze.rate, rung(name).bitrate);
  }
});

test("small changes are left, and changes that cost a key frame come seldom", (t) => {
  const squeeze = createSqueeze(rung("180p"));
  t.true(squeeze.update(100_000, 0, false));
  t.false(squeeze.update(60_000, 0.4 * SECOND, false), "too soon");
  t.false(squeeze.update(96_000, SECOND, false), "too little");
  t.true(squeeze.update(80_000, SECOND, false));
  t.false(squeeze.update(120_000, 4 * SECOND, true), "too soon for that price");
  t.true(squeeze.update(120_000, 6 * SECOND, true));
});
