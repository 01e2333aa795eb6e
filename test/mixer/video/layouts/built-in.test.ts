import test from "ava";
import type { LayoutName } from "../../../../mixer/contract.js";
import {
  checkLayout,
  effectiveLayout,
  layoutNameOf,
  type Tile,
} from "../../../../mixer/video/layouts/index.js";
import {
  SIZES,
  areaOf,
  assertTiles,
  camera,
  cameras,
  idsOf,
  rectOf,
  screen,
  tilesOf,
} from "../../../helpers/layouts.js";

const LAYOUTS = [
  "grid",
  "speaker",
  "share",
  "pip",
  "side-by-side",
  "solo",
] as const satisfies LayoutName[];

const placesOf = (tiles: readonly Tile[]) =>
  new Map(tiles.map((tile) => [tile.id, JSON.stringify(rectOf(tile))]));
const moved = (before: readonly Tile[], after: readonly Tile[]): string[] => {
  const old = placesOf(before);
  return [...placesOf(after)]
    .filter(([id, place]) => old.get(id) !== place)
    .map(([id]) => id)
    .sort();
};
const find = (tiles: readonly Tile[], id: string) =>
  tiles.find((tile) => tile.id === id)!;

for (const layout of LAYOUTS) {
  test(`${layout}: tiles are even, inside, and overlap only by z, with any number of people and screens on any canvas`, (t) => {
    for (const [width, height] of [...SIZES, [16, 16], [64, 200]] as const) {
      for (const count of [1, 2, 3, 4, 5, 8, 9, 13, 25, 49, 200]) {
        for (const shares of [0, 1, 2]) {
          const sources = [
            ...cameras(count),
            ...cameras(shares).map(({ participant }) => screen(participant)),
          ];
          const speaker = `p${count >> 1}`;
          const tiles = tilesOf(layout, sources, { width, height, speaker });
          const what = `${layout} ${count}+${shares}`;
          t.true(tiles.length > 0);
          assertTiles(t, tiles, { width, height }, { what });
        }
      }
    }
  });

  test(`${layout}: one alone fills the canvas, and nobody has no tile`, (t) => {
    const [tile, ...rest] = tilesOf(layout, [camera("a")]);
    t.deepEqual(rest, []);
    t.deepEqual(rectOf(tile!), { x: 0, y: 0, width: 1280, height: 720 });
    t.true(tile!.border.inside);
    t.deepEqual(tilesOf(layout, []), []);
  });
}

test("speaker: the speaker is large and first, everybody else in one column beside it", (t) => {
  const tiles = tilesOf("speaker", cameras(6), { speaker: "p3" });
  const [large, ...strip] = tiles;
  t.is(large!.id, "p3");
  t.is(tiles.length, 6);
  for (const tile of strip) {
    t.is(tile.x, strip[0]!.x);
    t.true(tile.x > large!.x + large!.width);
    t.true(areaOf([tile]) * 5 < areaOf([large!]));
  }
  t.true(areaOf([large!]) / (1280 * 720) > 0.75);
});

test("speaker: on portrait and square canvases the strip is below", (t) => {
  for (const [width, height] of [
    [720, 1280],
    [1080, 1080],
    [960, 720],
  ] as const) {
    const [large, ...strip] = tilesOf("speaker", cameras(6), { width, height });
    t.is(strip.length, 5);
    t.true(strip.every(({ y }) => y > large!.y + large!.height));
    t.true(strip.every((tile) => areaOf([tile]) < areaOf([large!])));
  }
});

test("speaker: canvases of every shape are filled with 2 to 25 people", (t) => {
  for (const [width, height, least] of [
    [1280, 720, 0.75],
    [1920, 1080, 0.75],
    [720, 1280, 0.6],
    [1080, 1080, 0.7],
  ] as const) {
    const parts = Array.from({ length: 24 }, (_, index) => {
      const tiles = tilesOf("speaker", cameras(index + 2), { width, height });
      return areaOf(tiles) / (width * height);
    });
    t.log(
      `${width}x${height}`,
      parts.map((part) => Math.round(part * 100)).join(" "),
    );
    t.true(Math.min(...parts) > least, `${width}x${height}: ${parts}`);
  }
});

test("speaker: without one, or with one who is gone, the first seat is large", (t) => {
  for (const speaker of [undefined, "gone"])
    t.deepEqual(idsOf(tilesOf("speaker", cameras(3), { speaker })), [
      "p0",
      "p1",
      "p2",
    ]);
});

test("speaker: when the speaker changes, three move at most, and a change and back moves nobody", (t) => {
  const at = (speaker: string) => tilesOf("speaker", cameras(7), { speaker });
  t.deepEqual(moved(at("p0"), at("p3")), ["p0", "p3"]);
  t.deepEqual(moved(at("p3"), at("p5")), ["p0", "p3", "p5"]);
  t.deepEqual(at("p0"), at("p0"));
});

test("speaker: the strip keeps faces recognisable; who comes late and is silent has no tile", (t) => {
  const tiles = tilesOf("speaker", cameras(30), { speaker: "p29" });
  t.is(tiles[0]!.id, "p29");
  t.true(tiles.every(({ height }) => height >= 72));
  t.is(tiles.length, 17);
});

test("share: the newest screen is large and whole, faces beside it in seat order, then other screens", (t) => {
  const sources = [...cameras(3), screen("p0", 5), screen("p1", 9)];
  const tiles = tilesOf("share", sources, { speaker: "p2" });
  t.deepEqual(idsOf(tiles), ["p1:share", "p0", "p1", "p2", "p0:share"]);
  t.is(tiles[0]!.fit, "letterbox");
  t.true(areaOf([tiles[0]!]) / (1280 * 720) > 0.75);
});

test("share: without a time, the last in order is the newest", (t) => {
  const sources = [...cameras(2), screen("p1"), screen("p0")];
  t.is(tilesOf("share", sources)[0]!.id, "p0:share");
});

test("share: a 16:9 screen has at least two thirds of a 1080p canvas's width and all of a portrait one's", (t) => {
  const sources = [...cameras(5), screen("p0")];
  const wide = tilesOf("share", sources, { width: 1920, height: 1080 })[0]!;
  t.true(wide.width >= 1560 && wide.height >= (wide.width * 9) / 16);
  const tall = tilesOf("share", sources, { width: 720, height: 1280 });
  t.is(tall[0]!.width, 704);
  t.true(tall.slice(1).every(({ y }) => y > tall[0]!.y + tall[0]!.height));
});

test("share: a speaker among many is seen, and only one face gives way", (t) => {
  const sources = [...cameras(30), screen("p0")];
  const calm = tilesOf("share", sources, { speaker: "p1" });
  const late = tilesOf("share", sources, { speaker: "p25" });
  t.false(idsOf(calm).includes("p25"));
  t.is(late.at(-1)!.id, "p25");
  t.deepEqual(moved(calm, late), ["p25"]);
  t.deepEqual(
    calm,
    tilesOf("share", sources, { speaker: "p2" }),
    "nobody moves while the speaker is seen",
  );
});

test("share: without a screen it is the speaker layout", (t) => {
  const more = { speaker: "p2" };
  t.deepEqual(
    tilesOf("share", cameras(5), more),
    tilesOf("speaker", cameras(5), more),
  );
});

test("pip: the speaker is full, the next lies above it in the lower right corner", (t) => {
  const tiles = tilesOf("pip", cameras(4), { speaker: "p2" });
  t.deepEqual(idsOf(tiles), ["p2", "p1"]);
  const [large, small] = tiles;
  t.deepEqual(rectOf(large!), { x: 0, y: 0, width: 1280, height: 720 });
  t.is(small!.z, 1);
  t.deepEqual(rectOf(small!), { x: 944, y: 524, width: 320, height: 180 });
});

test("pip: a screen is full, with the speaker in the corner", (t) => {
  const sources = [...cameras(3), screen("p1")];
  const tiles = tilesOf("pip", sources, { speaker: "p2" });
  t.deepEqual(idsOf(tiles), ["p1:share", "p2"]);
});

test("side-by-side: two equally large; two faces never change sides", (t) => {
  for (const speaker of ["p0", "p1", undefined]) {
    const tiles = tilesOf("side-by-side", cameras(5), { speaker });
    t.deepEqual(idsOf(tiles), ["p0", "p1"]);
    const [left, right] = tiles;
    t.is(left!.y, right!.y);
    t.is(areaOf([left!]), areaOf([right!]));
  }
  const later = tilesOf("side-by-side", cameras(5), { speaker: "p3" });
  t.deepEqual(idsOf(later), ["p1", "p3"]);
});

test("side-by-side: screen and speaker; above each other on a portrait canvas", (t) => {
  const sources = [...cameras(3), screen("p0")];
  const more = { speaker: "p2", width: 720, height: 1280 };
  const [upper, lower] = tilesOf("side-by-side", sources, more);
  t.deepEqual([upper!.id, lower!.id], ["p0:share", "p2"]);
  t.is(upper!.x, lower!.x);
});

test("solo: the one named and nobody else, even if it is not there", (t) => {
  const sources = [...cameras(3), screen("p1"), screen("p9")];
  const shown = (speaker?: string) =>
    idsOf(tilesOf("solo", sources, { speaker }));
  t.deepEqual(shown("p1"), ["p1"]);
  t.deepEqual(shown("p9"), ["p9:share"]);
  t.deepEqual(shown("gone"), []);
  t.deepEqual(shown(), ["p0"]);
});

test("solo: who is alone has no frame for talking, which would get into files", (t) => {
  const [tile] = tilesOf("solo", cameras(2), { speaker: "p1" });
  t.is(tile?.border.thickness, 0);
});

const custom = { regions: [{ x: 0, y: 0, width: 1, height: 1 }] };
for (const layout of [...LAYOUTS, custom]) {
  const name = layoutNameOf(layout);
  const takenOver = name !== "solo" && name !== "custom";
  test(`a screen ${takenOver ? "takes over" : "leaves"} ${name}, gives it back, and only if it may`, (t) => {
    const shared = [...cameras(2), screen("p0")];
    const settings = { layout, autoShare: true };
    t.is(effectiveLayout(settings, shared), takenOver ? "share" : layout);
    t.is(effectiveLayout(settings, cameras(2)), layout);
    t.is(effectiveLayout({ layout, autoShare: false }, shared), layout);
  });
}

test("an unknown layout is refused by name", (t) => {
  for (const layout of ["mosaic", "toString", "", 5])
    t.throws(() => checkLayout(layout as LayoutName), {
      instanceOf: TypeError,
      message: /^layout must be one of grid, .* got /,
    });
  for (const layout of LAYOUTS) t.notThrows(() => checkLayout(layout));
});

test("talkers' frames and gaps grow with the canvas", (t) => {
  const thickness = (width: number, height: number) =>
    find(tilesOf("speaker", cameras(2), { width, height }), "p1").border
      .thickness;
  t.deepEqual(
    [thickness(320, 180), thickness(1280, 720), thickness(1920, 1080)],
    [2, 4, 6],
  );
});
