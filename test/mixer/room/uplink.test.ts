import test from "ava";
import type { Rect, SourceKind, UplinkHint } from "../../../mixer/contract.js";
import type { Micros } from "../../../mixer/media.js";
import {
  createUplink,
  type UplinkSource,
  type WatchedView,
} from "../../../mixer/room/uplink.js";

const SECOND: Micros = 1_000_000;
const HD = { width: 1280, height: 720 };
const rung720 = { ...HD, fps: 30 };
const rung360 = { width: 640, height: 360, fps: 30 };
const rung180 = { width: 320, height: 180, fps: 15 };
const slides = { ...HD, fps: 0.5 };

const camera = (participant = "ann", aspect?: number): UplinkSource => ({
  participant,
  source: "camera",
  aspect,
});
const share = (aspect?: number): UplinkSource => ({
  participant: "ann",
  source: "share",
  aspect,
});

type Size = [width: number, height: number];

const view = (
  tiles: Record<string, Size>,
  rung = rung720,
  source: SourceKind = "camera",
): WatchedView => ({
  layout: {
    ...HD,
    tiles: Object.entries(tiles).map(([participant, [width, height]]) => ({
      ...({ x: 0, y: 0, width, height } satisfies Rect),
      participant,
      source,
      state: "live",
      z: 0,
    })),
  },
  rung,
});

const hintOf = (
  source: UplinkSource,
  views: readonly WatchedView[],
): UplinkHint | undefined =>
  createUplink().update([source], views, 0).get(source.participant)?.[0];

const asked = ({ width, height, fps }: UplinkHint): string =>
  `${width}x${height}@${fps}`;

const WIDE = 16 / 9;
const CAMERAS: [
  what: string,
  tile: Size,
  aspect: number | undefined,
  string,
][] = [
  ["alone", [1280, 720], undefined, "1280x720@30"],
  ["one of two", [632, 356], WIDE, "640x360@30"],
  ["one of nine", [420, 236], WIDE, "480x270@30"],
  ["one of sixteen", [314, 176], WIDE, "320x180@15"],
  ["one of 25", [250, 140], WIDE, "320x180@15"],
  ["one of 49", [178, 100], WIDE, "320x180@15"],
  ["in a strip", [160, 90], WIDE, "160x90@15"],
  ["hardly larger than a step", [656, 370], WIDE, "640x360@30"],
  ["a 4:3 camera, cropped to the tile", [640, 360], 4 / 3, "832x624@30"],
  [
    "an upright phone, which is not cropped so much",
    [640, 360],
    9 / 16,
    "270x480@30",
  ],
  ["an upright phone in an upright tile", [400, 700], 9 / 16, "540x960@30"],
  [
    "a square tile, which would crop a wide camera too much",
    [360, 360],
    WIDE,
    "480x270@30",
  ],
];

for (const [what, tile, aspect, expected] of CAMERAS)
  test(`${what}, a camera is asked for ${expected}`, (t) => {
    const hint = hintOf(camera("ann", aspect), [view({ ann: tile })]);
    t.is(hint && asked(hint), expected);
  });

const VIEWS: [what: string, WatchedView[], string][] = [
  [
    "a small rung needs little",
    [view({ ann: [1280, 720] }, rung180)],
    "320x180@15",
  ],
  [
    "a smaller rung of a tile, a smaller picture",
    [view({ ann: [632, 356] }, rung360)],
    "320x180@15",
  ],
  [
    "stills need few pictures, but whole ones",
    [view({ ann: [1280, 720] }, slides)],
    "1280x720@5",
  ],
  [
    "the largest of several views counts",
    [view({ ann: [160, 90] }), view({ ann: [640, 360] })],
    "640x360@30",
  ],
  [
    "and the rate of the fastest",
    [view({ ann: [1280, 720] }, slides), view({ ann: [640, 360] })],
    "1280x720@30",
  ],
];

for (const [what, views, expected] of VIEWS)
  test(`${what}: ${expected}`, (t) => {
    const hint = hintOf(camera("ann", WIDE), views);
    t.is(hint && asked(hint), expected);
  });

test("a larger picture gets more bits, a slower one less", (t) => {
  const bits = (rung: typeof rung720, tile: Size): number =>
    hintOf(camera(), [view({ ann: tile }, rung)])?.bitrate ?? NaN;
  const ordered = [
    bits(rung720, [160, 90]),
    bits(rung720, [320, 180]),
    bits(rung720, [480, 270]),
    bits(rung720, [640, 360]),
    bits(slides, [1280, 720]),
    bits(rung720, [1280, 720]),
  ];
  t.deepEqual(
    ordered,
    [...ordered].sort((a, b) => a - b),
  );
  t.true(ordered.every((it) => it >= 80_000 && it <= 2_500_000));
});

test("a screen is never cropped, is asked for few pictures, and for many bits", (t) => {
  const hint = hintOf(share(WIDE), [
    view({ ann: [1080, 708] }, rung720, "share"),
  ]);
  t.deepEqual(hint && asked(hint), "1280x720@15");
  t.true((hint?.bitrate ?? 0) >= 2_000_000);
});

test("a screen that was not seen yet has no tile, and is asked for all the same", (t) => {
  const views = [view({ ann: [640, 360] })];
  t.is(asked(hintOf(share(), views)!), "1280x720@15");
  t.is(hintOf(share(WIDE), views), undefined);
});

test("who is in no watched view is asked for nothing, after 3 s", (t) => {
  const uplink = createUplink();
  const views = [view({ ann: [640, 360] })];
  const sources = [camera("ann"), camera("bob")];
  const at = (now: Micros) => [...uplink.update(sources, views, now).keys()];
  t.deepEqual(at(0), ["ann"]);
  t.deepEqual(at(2.9 * SECOND), []);
  t.true(uplink.isShown("bob", "camera"));
  const told = uplink.update(sources, views, 3 * SECOND);
  t.deepEqual([...told.keys()], ["bob"]);
  t.deepEqual(told.get("bob"), [
    { source: "camera", width: 0, height: 0, fps: 0, bitrate: 0 },
  ]);
  t.false(uplink.isShown("bob", "camera"));
  t.deepEqual(at(4 * SECOND), []);
});

test("more is asked for at once, less when it was enough for 3 s without a break", (t) => {
  const uplink = createUplink();
  const ask = (seconds: number, tile: Size | undefined): string | undefined => {
    const views = [view(tile === undefined ? {} : { ann: tile })];
    const told = uplink.update([camera()], views, seconds * SECOND);
    const hint = told.get("ann")?.[0];
    return hint && asked(hint);
  };
  const large: Size = [1280, 720];
  const small: Size = [320, 180];
  t.is(ask(0, small), "320x180@15");
  t.is(ask(0.5, large), "1280x720@30");
  t.is(ask(1, small), undefined);
  t.is(ask(3, large), undefined, "it came back");
  t.is(ask(4, small), undefined);
  t.is(ask(6.9, small), undefined);
  t.is(ask(7, small), "320x180@15");
  t.is(ask(8, undefined), undefined);
  t.is(ask(11, undefined), "0x0@0");
  t.is(ask(11.02, large), "1280x720@30");
});

test("nothing is told again while nothing changes, whatever the picture's rounding", (t) => {
  const uplink = createUplink();
  const views = [view({ ann: [640, 360] })];
  t.is(uplink.update([camera("ann", WIDE)], views, 0).size, 1);
  for (const aspect of [426 / 240, 160 / 90, undefined, 1.79])
    t.is(uplink.update([camera("ann", aspect)], views, SECOND).size, 0);
});

test("a phone that is turned is asked for another size", (t) => {
  const uplink = createUplink();
  const views = [view({ ann: [1280, 720] })];
  uplink.update([camera("ann", WIDE)], views, 0);
  uplink.update([camera("ann", 9 / 16)], views, SECOND);
  const told = uplink.update([camera("ann", 9 / 16)], views, 4 * SECOND);
  t.is(asked(told.get("ann")![0]!), "540x960@30");
});

test("a participant is told all that it publishes when one of it changes", (t) => {
  const uplink = createUplink();
  const sources = [camera("ann", WIDE), share(WIDE)];
  const small = view({ ann: [160, 90] });
  const screen = view({ ann: [1080, 608] }, rung720, "share");
  uplink.update(sources, [small, screen], 0);
  const larger = view({ ann: [640, 360] });
  const told = uplink.update(sources, [larger, screen], SECOND).get("ann");
  t.deepEqual(
    told?.map((it) => `${it.source} ${asked(it)}`),
    ["camera 640x360@30", "share 1280x720@15"],
  );
});

test("a new publication is told anew; one that ended is forgotten", (t) => {
  const uplink = createUplink();
  const views = [view({ ann: [640, 360] })];
  const tell = () => uplink.update([camera()], views, 0).size;
  t.is(tell(), 1);
  t.is(tell(), 0);
  uplink.forget("ann", "camera");
  t.is(tell(), 1);
  uplink.update([], views, 0);
  t.is(tell(), 1);
});
