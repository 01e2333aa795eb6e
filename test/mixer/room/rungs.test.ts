import test from "ava";
import type { RenditionName, RungName } from "../../../mixer/contract.js";
import {
  leastRate,
  rungFor,
  rungsFor,
  type CanvasSize,
} from "../../../mixer/room/rungs.js";

const HD: CanvasSize = { width: 1280, height: 720, fps: 30 };
const describe = (canvas: CanvasSize): string[] =>
  rungsFor(canvas).map(
    ({ name, width, height, fps }) => `${name} ${width}x${height}@${fps}`,
  );

test("a 720p canvas has the rungs that the ladder promises", (t) => {
  t.deepEqual(
    rungsFor(HD).map((rung) => Object.values(rung)),
    [
      ["720p", 1280, 720, 30, 1_500_000],
      ["540p", 960, 540, 30, 800_000],
      ["360p", 640, 360, 30, 450_000],
      ["180p", 320, 180, 15, 120_000],
      ["slides", 640, 360, 0.5, 40_000],
    ],
  );
});

for (const [canvas, rungs] of [
  [
    { width: 1920, height: 1080, fps: 30 },
    [
      "1080p 1920x1080@30",
      "720p 1280x720@30",
      "540p 960x540@30",
      "360p 640x360@30",
      "180p 320x180@15",
      "slides 640x360@0.5",
    ],
  ],
  [
    { width: 720, height: 1280, fps: 25 },
    [
      "720p 720x1280@25",
      "540p 540x960@25",
      "360p 360x640@25",
      "180p 180x320@12.5",
      "slides 360x640@0.5",
    ],
  ],
  [
    { width: 640, height: 480, fps: 60 },
    ["360p 640x480@30", "180p 278x208@15", "slides 640x480@0.5"],
  ],
  [
    { width: 160, height: 90, fps: 10 },
    ["180p 160x90@10", "slides 160x90@0.5"],
  ],
] as [CanvasSize, string[]][])
  test(`a canvas of ${canvas.width}x${canvas.height}@${canvas.fps} is never enlarged and keeps its shape`, (t) => {
    t.deepEqual(describe(canvas), rungs);
    for (const { width, height } of rungsFor(canvas)) {
      t.true(width <= canvas.width && height <= canvas.height);
      t.true(width % 2 === 0 && height % 2 === 0);
      const error = (width * canvas.height) / (height * canvas.width) - 1;
      t.true(Math.abs(error) < 0.02, `${width}x${height}`);
    }
  });

test("every rung takes fewer bits than the one above", (t) => {
  for (const canvas of [HD, { width: 1080, height: 1080, fps: 30 }]) {
    const rates = rungsFor(canvas).map(({ bitrate }) => bitrate);
    t.deepEqual(
      rates,
      [...rates].sort((a, b) => b - a),
    );
    t.true(rungsFor(canvas).every((rung) => leastRate(rung) <= rung.bitrate));
  }
});

test("a wish is the best rung that is no better than it", (t) => {
  const small = rungsFor({ width: 640, height: 360, fps: 30 });
  for (const [rungs, wanted, rung] of [
    [rungsFor(HD), "high", "720p"],
    [rungsFor(HD), "medium", "360p"],
    [rungsFor(HD), "low", "180p"],
    [rungsFor(HD), "1080p", "720p"],
    [rungsFor(HD), "auto", "720p"],
    [rungsFor(HD), "slides", "slides"],
    [rungsFor(HD), "audio", "audio"],
    [small, "high", "360p"],
    [small, "540p", "360p"],
    [small, "low", "180p"],
  ] as [ReturnType<typeof rungsFor>, RenditionName, RungName][])
    t.is(rungFor(rungs, wanted), rung, wanted);
});

test("a canvas without pixels or pictures is refused", (t) => {
  for (const [change, message] of [
    [{ width: 0 }, /width .*got 0/],
    [{ height: Number.NaN }, /height .*got NaN/],
    [{ fps: -1 }, /fps .*got -1/],
  ] as const)
    t.throws(() => rungsFor({ ...HD, ...change }), {
      instanceOf: TypeError,
      message,
    });
});
