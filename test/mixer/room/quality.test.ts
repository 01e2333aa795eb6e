import test from "ava";
import type { SubscriptionQuality } from "../../../mixer/contract.js";
import { createQualityNews } from "../../../mixer/room/quality.js";

const SECOND = 1_000_000;

const usual: SubscriptionQuality = {
  view: "main",
  rung: "720p",
  wanted: "auto",
  codec: "vp8",
  encoder: "libvpx",
  estimate: 2_000_000,
  lost: 0,
  roundTrip: 40,
};

const CHANGES: [what: string, change: Partial<SubscriptionQuality>, boolean][] =
  [
    ["another view", { view: "portrait" }, true],
    ["another rung", { rung: "360p" }, true],
    ["another wish", { wanted: "low" }, true],
    ["a cap", { cap: "360p" }, true],
    ["another encoder", { encoder: "h264_vaapi" }, true],
    ["a line that is half as wide", { estimate: 1_000_000 }, true],
    ["a line that is not known any more", { estimate: undefined }, true],
    ["a tenth lost", { lost: 0.1 }, true],
    ["a far longer way", { roundTrip: 140 }, true],
    ["nothing", {}, false],
    ["an estimate that wavers", { estimate: 2_200_000 }, false],
    ["a little loss", { lost: 0.02 }, false],
    ["a little longer way", { roundTrip: 60 }, false],
  ];

for (const [what, change, isNews] of CHANGES)
  test(`${what} is ${isNews ? "" : "no "}news`, (t) => {
    const told: SubscriptionQuality[] = [];
    const news = createQualityNews((quality) => told.push(quality));
    news.tell(usual, 0);
    news.tell({ ...usual, ...change }, 2 * SECOND);
    t.is(told.length, isNews ? 2 : 1);
  });

test("the first is always told, further ones at most once a second, and none is lost", (t) => {
  const told: [rung: string, at: number][] = [];
  let at = 0;
  const news = createQualityNews(({ rung }) => told.push([rung, at]));
  for (const rung of ["720p", "540p", "360p", "360p", "360p"] as const) {
    news.tell({ ...usual, rung }, at * SECOND);
    at += 0.5;
  }
  t.deepEqual(told, [
    ["720p", 0],
    ["360p", 1],
  ]);
});

test("a new picture is told of once its encoder is known, or cannot be known", (t) => {
  const told: string[] = [];
  const news = createQualityNews(({ rung, encoder }) =>
    told.push(`${rung} ${encoder}`),
  );
  news.tell({ ...usual, encoder: "" }, 0);
  news.tell(usual, 0.5 * SECOND);
  news.tell({ ...usual, rung: "360p", encoder: "" }, 3 * SECOND);
  news.tell({ ...usual, rung: "audio", encoder: "" }, 3.5 * SECOND);
  news.tell({ ...usual, rung: "180p", encoder: "" }, 5 * SECOND);
  t.deepEqual(told, ["720p libvpx", "audio "]);
  news.tell({ ...usual, rung: "180p", encoder: "" }, 7 * SECOND);
  t.deepEqual(told.slice(2), ["180p "]);
});
