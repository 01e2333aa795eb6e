import test from "ava";
import {
  keepSeats,
  layoutTiles,
  pagesOf,
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
  requestOf,
  screen,
  tilesOf,
} from "../../../helpers/layouts.js";

const grid = (count: number, width = 1280, height = 720) =>
  tilesOf("grid", cameras(count), { width, height });

for (const [width, height] of SIZES) {
  test(`1 to 49 tiles are even, inside ${width}x${height} and apart from each other`, (t) => {
    for (let count = 1; count <= 49; count++) {
      const tiles = grid(count, width, height);
      t.is(tiles.length, count);
      assertTiles(t, tiles, { width, height }, { what: `${count}` });
    }
  });
}

/** The least part of the canvas that 1 to 25 tiles may cover, and squares of numbers. */
const FILL = [
  [1280, 720, 0.6, 0.88],
  [1920, 1080, 0.6, 0.88],
  [720, 1280, 0.58, 0.58],
  [1080, 1080, 0.6, 0.68],
] as const;

for (const [width, height, least, squares] of FILL) {
  test(`the grid fills ${width}x${height} well for 1 to 25`, (t) => {
    const fill = Array.from(
      { length: 25 },
      (_, index) => areaOf(grid(index + 1, width, height)) / (width * height),
    );
    t.log(fill.map((part) => Math.round(part * 100)).join(" "));
    t.is(fill[0], 1);
    for (const [index, part] of fill.entries())
      t.true(part > least, `${index + 1} sources fill only ${part}`);
    for (const full of [4, 9, 16, 25]) t.true(fill[full - 1]! > squares);
  });
}

test("a portrait canvas has fewer columns than a landscape one, a square one between", (t) => {
  const columns = (width: number, height: number) =>
    new Set(grid(12, width, height).map(({ x }) => x)).size;
  t.deepEqual(
    [columns(1280, 720), columns(1080, 1080), columns(720, 1280)],
    [4, 3, 2],
  );
});

test("two are side by side, the last row is centred, and tiles keep their order", (t) => {
  const [left, right] = grid(2);
  t.is(left!.y, right!.y);
  t.true(left!.x < right!.x);
  const five = grid(5);
  const last = five.slice(3);
  t.is(last[0]!.x, 1280 - last[1]!.x - last[1]!.width);
  t.deepEqual(idsOf(five), ["p0", "p1", "p2", "p3", "p4"]);
});

test("the talker's frame has its own room between two tiles", (t) => {
  const [first, second] = grid(9);
  const gap = second!.x - first!.x - first!.width;
  t.is(gap, 8);
  t.is(first!.border.thickness, 4);
  t.false(first!.border.inside);
  t.true(grid(1)[0]!.border.inside);
});

test("a face may be cropped, a screen is shown whole", (t) => {
  const tiles = tilesOf("grid", [camera("a"), screen("a")]);
  t.deepEqual(
    tiles.map(({ fit }) => fit),
    ["auto", "letterbox"],
  );
});

test("more than 49 are paged: everybody is on just one page, and a page beyond is the last", (t) => {
  const sources = cameras(120);
  const request = requestOf("grid", sources);
  t.is(pagesOf(request), 3);
  const pages = [0, 1, 2].map((page) => layoutTiles({ ...request, page }));
  t.deepEqual(
    pages.map(({ length }) => length),
    [49, 49, 22],
  );
  t.deepEqual(
    pages.flatMap(idsOf),
    sources.map(({ id }) => id),
  );
  t.deepEqual(layoutTiles({ ...request, page: 9 }), pages[2]);
  for (const count of [0, 1, 49])
    t.is(pagesOf(requestOf("grid", cameras(count))), 1);
  t.is(pagesOf(requestOf("speaker", sources)), 1);
});

test("a canvas too small for 49 has smaller pages, not smaller tiles than 16 px", (t) => {
  for (const [width, height] of [
    [128, 96],
    [64, 64],
    [16, 16],
    [16, 200],
  ] as const) {
    const request = { ...requestOf("grid", cameras(30)), width, height };
    let shown = 0;
    for (let page = 0; page < pagesOf(request); page++) {
      const tiles = layoutTiles({ ...request, page });
      assertTiles(t, tiles, request);
      shown += tiles.length;
    }
    t.is(shown, 30);
  }
});

const placesOf = (tiles: readonly Tile[]) =>
  new Map(tiles.map((tile) => [tile.id, JSON.stringify(rectOf(tile))]));

/** Those of both who are elsewhere afterwards. */
const moved = (before: readonly Tile[], after: readonly Tile[]): string[] => {
  const old = placesOf(before);
  return [...placesOf(after)]
    .filter(([id, place]) => old.has(id) && old.get(id) !== place)
    .map(([id]) => id);
};

const seated = (ids: readonly string[]) =>
  tilesOf(
    "grid",
    ids.map((id) => camera(id)),
  );

test("one leaves and another comes: nobody else moves", (t) => {
  const before = ["a", "b", "c", "d", "e", "f"];
  const after = keepSeats(before, new Set(["a", "c", "d", "e", "f", "g"]));
  t.deepEqual(after, ["a", "g", "c", "d", "e", "f"]);
  t.deepEqual(moved(seated(before), seated(after)), []);
});

test("one leaves: the last takes the free place, and only the last row is centred anew", (t) => {
  const before = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
  const after = keepSeats(before, new Set("acdefghi"));
  t.deepEqual(after, ["a", "i", "c", "d", "e", "f", "g", "h"]);
  t.deepEqual(moved(seated(before), seated(after)).sort(), ["g", "h", "i"]);
});

test("one comes: who was there keeps the place in the order, and in a grid of the same size the tile", (t) => {
  const before = ["a", "b", "c", "d", "e", "f", "g"];
  const after = keepSeats(before, new Set("abcdefgh"));
  t.deepEqual(after, [...before, "h"]);
  t.deepEqual(moved(seated(before), seated(after)), ["g"]);
});

const SEATS = [
  { seats: "", present: "ab", result: "ab" },
  { seats: "ab", present: "", result: "" },
  { seats: "abc", present: "ab", result: "ab" },
  { seats: "abcd", present: "bd", result: "db" },
  { seats: "abcd", present: "cd", result: "dc" },
  { seats: "abc", present: "xyz", result: "zyx" },
  { seats: "abc", present: "cba", result: "abc" },
];
for (const { seats, present, result } of SEATS) {
  test(`seats "${seats}", then "${present}" is there: "${result}"`, (t) => {
    t.is(keepSeats([...seats], new Set(present)).join(""), result);
  });
}

test("screens come after all faces, in the order of their coming, and none that ends moves a face", (t) => {
  const before = keepSeats([], new Set(["a", "a:share", "b", "b:share", "c"]));
  t.deepEqual(before, ["a", "b", "c", "a:share", "b:share"]);
  const joined = keepSeats(before, new Set([...before, "d"]));
  t.deepEqual(joined, ["a", "b", "c", "d", "a:share", "b:share"]);
  const ended = keepSeats(joined, new Set(["a", "b", "c", "d", "b:share"]));
  t.deepEqual(ended, ["a", "b", "c", "d", "b:share"]);
});

test("sixty comings and goings: everybody has one seat, and none moves without need", (t) => {
  let seats: string[] = [];
  for (let step = 0; step < 60; step++) {
    const leaver = step % 3 === 2 ? seats[(step * 7) % seats.length] : "";
    const present = new Set(seats.filter((id) => id !== leaver));
    if (leaver === "") present.add(`n${step}`);
    const next = keepSeats(seats, present);
    t.deepEqual([...next].sort(), [...present].sort());
    const changed = next.filter(
      (id, seat) => seats.includes(id) && seats[seat] !== id,
    );
    t.true(changed.length <= 1);
    seats = next;
  }
});
