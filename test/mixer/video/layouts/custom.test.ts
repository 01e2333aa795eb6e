import test from "ava";
import type { CustomLayout, Region } from "../../../../mixer/contract.js";
import {
  checkLayout,
  speakersOf,
} from "../../../../mixer/video/layouts/index.js";
import {
  SIZES,
  assertTiles,
  camera,
  cameras,
  idsOf,
  rectOf,
  screen,
  tilesOf,
} from "../../../helpers/layouts.js";

const WHOLE = { x: 0, y: 0, width: 1, height: 1 };
const of = (...sources: Region["source"][]): CustomLayout => ({
  regions: sources.map((source, index) => ({
    x: index / sources.length,
    y: 0,
    width: 1 / sources.length,
    height: 1,
    source,
  })),
});

/** Which source is in which region; `-` is background. */
const cast = (
  layout: CustomLayout,
  people: Parameters<typeof tilesOf>[1],
  speaker?: string,
): string => {
  const tiles = tilesOf(layout, people, { speaker });
  return layout.regions
    .map(({ x }) => {
      const left = Math.round((x * 1280) / 2) * 2;
      return tiles.find((tile) => tile.x === left)?.id ?? "-";
    })
    .join(" ");
};

const people = [camera("a"), camera("b", "presenter"), camera("c")];
const CASTS = [
  [of("next", "next"), people, "a b"],
  [of("next", "next", "next", "next"), people, "a b c -"],
  [of(undefined, undefined), people, "a b"],
  [of("speaker", "next", "next"), people, "c a b"],
  [of("next", "speaker"), people, "a c"],
  [of({ participant: "b" }, "next"), people, "b a"],
  [of("next", { participant: "b" }), people, "a b"],
  [of({ participant: "gone" }, "next"), people, "- a"],
  [of({ participant: "a" }, { participant: "a" }), people, "a -"],
  [of({ role: "presenter" }, { role: "presenter" }), people, "b -"],
  [of({ role: "member" }, "speaker"), people, "a c"],
  [of({ participant: "c" }, "speaker"), people, "c -"],
  [of("speaker", { participant: "c" }), people, "c -"],
  [of("share", "next"), people, "- a"],
  [of("share", "next"), [...people, screen("b")], "b:share a"],
  [of("next", "share", "share"), [screen("a"), ...people], "a a:share -"],
  [
    of("share", "share"),
    [...people, screen("a", 2), screen("b", 1)],
    "a:share b:share",
  ],
  [
    of("next", "next", "next", "next"),
    [screen("a"), ...people],
    "a b c a:share",
  ],
] as const;

for (const [layout, sources, expected] of CASTS) {
  const wanted = layout.regions.map(({ source }) => JSON.stringify(source));
  test(`regions ${wanted} with ${sources.map(({ id }) => id)}, c speaking: ${expected}`, (t) => {
    t.is(cast(layout, sources, "c"), expected);
  });
}

test("the speaker's region without a speaker shows whoever has the first seat", (t) => {
  t.is(cast(of("speaker", "next"), people), "a b");
});

test("tiles are sorted by z, equal ones by their order, and each keeps its fit", (t) => {
  const layout: CustomLayout = {
    regions: [
      { ...WHOLE, z: 5, fit: "blur" },
      { ...WHOLE },
      { ...WHOLE, z: -3, fit: "crop" },
      { ...WHOLE },
      { ...WHOLE, source: "share" },
    ],
  };
  const tiles = tilesOf(layout, [...cameras(4), screen("p0")]);
  t.deepEqual(idsOf(tiles), ["p2", "p1", "p3", "p0:share", "p0"]);
  t.deepEqual(
    tiles.map(({ z, fit }) => [z, fit]),
    [
      [-3, "crop"],
      [0, "auto"],
      [0, "auto"],
      [0, "letterbox"],
      [5, "blur"],
    ],
  );
  t.true(tiles.every(({ border }) => border.inside));
});

for (const [width, height] of SIZES) {
  test(`regions that touch leave no line and do not overlap at ${width}x${height}`, (t) => {
    for (const columns of [1, 2, 3, 5, 7]) {
      const size = 1 / columns;
      const regions = Array.from({ length: columns ** 2 }, (_, index) => ({
        x: (index % columns) * size,
        y: Math.floor(index / columns) * size,
        width: size,
        height: size,
      }));
      const layout = { regions };
      const sources = cameras(columns ** 2);
      t.notThrows(() => checkLayout(layout));
      const tiles = tilesOf(layout, sources, { width, height });
      assertTiles(t, tiles, { width, height });
      const area = tiles.reduce(
        (sum, tile) => sum + tile.width * tile.height,
        0,
      );
      t.is(area, width * height);
    }
  });
}

test("a region too small for a picture is 16 px and stays inside", (t) => {
  const regions = [
    { x: 1, y: 1, width: 1e-7, height: 1e-7 },
    { x: 0.999, y: 0.5, width: 0.001, height: 0.01 },
  ];
  const tiles = tilesOf({ regions }, cameras(2));
  assertTiles(t, tiles, { width: 1280, height: 720 });
  t.deepEqual(rectOf(tiles[0]!), { x: 1264, y: 704, width: 16, height: 16 });
});

test("the director may choose whoever has no region of their own", (t) => {
  const speakers = (layout: Parameters<typeof speakersOf>[0]) =>
    [...speakersOf(layout, [...people, screen("a")])].join("");
  t.is(speakers("speaker"), "abc");
  t.is(speakers(of("speaker", "next")), "abc");
  t.is(speakers(of("speaker", { participant: "a" })), "bc");
  t.is(speakers(of({ role: "presenter" }, "speaker")), "ac");
  t.is(speakers(of("speaker", { role: "member" })), "bc");
  t.is(speakers(of("speaker", { participant: "gone" })), "abc");
});

/** The smallest there is: one red pixel. */
const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC";
const LARGE = `iVBORw0KGgoA${"A".repeat(1_400_000)}`;
const region = (change: object) => ({
  regions: [WHOLE, { ...WHOLE, ...change }],
});
const ground = (background: unknown) => ({ regions: [WHOLE], background });
const logo = (change: object) => ({
  regions: [WHOLE],
  logo: { image: PNG, x: 0, y: 0, width: 0.1, ...change },
});

test("everything that a custom layout may say is accepted", (t) => {
  const rich = {
    ...logo({ x: 0.8 }),
    background: { colour: "#0a1B2c", image: PNG },
    labels: "talking" as const,
  };
  const good: unknown[] = [
    rich,
    ground({ image: "/9j/4AAQSkZJRgABAQ==" }),
    ground({}),
    region({ x: 0.1, width: 0.9, z: -100, fit: "blur", source: "share" }),
    region({ x: 0.7, width: 0.3 + 1e-9, source: { role: "presenter" } }),
    region({ z: undefined, source: { participant: "a_B-9" } }),
    { regions: Array.from({ length: 49 }, () => WHOLE) },
  ];
  for (const layout of good)
    t.notThrows(() => checkLayout(layout as CustomLayout));
});

const WRONG: [string, unknown][] = [
  ["layout", null],
  ["layout", []],
  ["layout.regions", {}],
  ["layout.regions", { regions: [] }],
  ["layout.regions", { regions: "all" }],
  ["layout.regions", { regions: Array.from({ length: 50 }, () => WHOLE) }],
  ["layout.tiles", { regions: [WHOLE], tiles: 3 }],
  ["layout.regions[0]", { regions: [null] }],
  ["layout.regions[0].x", { regions: [{ y: 0, width: 1, height: 1 }] }],
  ["layout.regions[1].x", region({ x: -0.1 })],
  ["layout.regions[1].x", region({ x: "0" })],
  ["layout.regions[1].y", region({ y: Number.NaN })],
  ["layout.regions[1].y", region({ y: 1.01 })],
  ["layout.regions[1].width", region({ width: 0 })],
  ["layout.regions[1].height", region({ height: Number.POSITIVE_INFINITY })],
  ["layout.regions[1].width", region({ x: 0.5, width: 0.6 })],
  ["layout.regions[1].height", region({ y: 0.01 })],
  ["layout.regions[1].z", region({ z: 1.5 })],
  ["layout.regions[1].z", region({ z: 101 })],
  ["layout.regions[1].z", region({ z: null })],
  ["layout.regions[1].fit", region({ fit: "stretch" })],
  ["layout.regions[1].colour", region({ colour: "#000000" })],
  ["layout.regions[1].source", region({ source: "loudest" })],
  ["layout.regions[1].source", region({ source: 7 })],
  ["layout.regions[1].source.participant", region({ source: {} })],
  [
    "layout.regions[1].source.participant",
    region({ source: { participant: "a:share" } }),
  ],
  ["layout.regions[1].source.role", region({ source: { role: "" } })],
  [
    "layout.regions[1].source.participant",
    region({ source: { role: "host", participant: "a" } }),
  ],
  ["layout.background", ground("#000000")],
  ["layout.background.colour", ground({ colour: "black" })],
  ["layout.background.color", ground({ color: "#000000" })],
  ["layout.background.image", ground({ image: "http://example.org/a.png" })],
  ["layout.background.image", ground({ image: "" })],
  ["layout.background.image", ground({ image: "R0lGODlhAQABAAAAACw=" })],
  ["layout.background.image", ground({ image: LARGE })],
  ["layout.logo.image", logo({ image: undefined })],
  ["layout.logo.x", logo({ x: 2 })],
  ["layout.logo.width", logo({ width: 0 })],
  ["layout.logo.height", logo({ height: 1 })],
  ["layout.labels", { regions: [WHOLE], labels: true }],
];

for (const [index, [field, layout]] of WRONG.entries()) {
  const text = (JSON.stringify(layout) ?? "").slice(0, 90);
  test(`${index}: refused for ${field}: ${text}`, (t) => {
    const error = t.throws(() => checkLayout(layout as CustomLayout), {
      instanceOf: TypeError,
    });
    t.true(error.message.startsWith(`${field} `), error.message);
    t.true(error.message.length < 200);
  });
}
