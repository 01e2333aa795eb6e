import test from "ava";
import { easeTiles, type Tile } from "../../../../mixer/video/layouts/index.js";
import {
  SIZES,
  assertTiles,
  cameras,
  idsOf,
  rectOf,
  screen,
  tilesOf,
} from "../../../helpers/layouts.js";

/** 250 ms at 30 fps, and a bit more. */
const STEPS = Array.from({ length: 11 }, (_, index) => index / 10);

const find = (tiles: readonly Tile[], id: string) =>
  tiles.find((tile) => tile.id === id);

const grid = (count: number) => tilesOf("grid", cameras(count));

test("it starts at what was and ends at what will be, whatever the progress is beyond", (t) => {
  const [from, to] = [grid(4), grid(5)];
  t.deepEqual(easeTiles(from, to, 0), from);
  t.deepEqual(easeTiles(from, to, -1), from);
  t.deepEqual(easeTiles(from, to, 1), to);
  t.deepEqual(easeTiles(from, to, 1.7), to);
});

for (const [width, height] of SIZES) {
  test(`between any two layouts tiles stay even and inside ${width}x${height}`, (t) => {
    const size = { width, height };
    const people = [...cameras(7), screen("p2")];
    const scenes = [
      tilesOf("grid", cameras(1), size),
      tilesOf("grid", cameras(9), size),
      tilesOf("speaker", people, { ...size, speaker: "p3" }),
      tilesOf("share", people, size),
      tilesOf("pip", people, size),
      [],
    ];
    for (const from of scenes)
      for (const to of scenes)
        for (const step of STEPS)
          assertTiles(t, easeTiles(from, to, step), size, { overlaps: true });
  });
}

test("the motion is slow at both ends, fast in the middle, and never goes back", (t) => {
  const from = tilesOf("speaker", cameras(5), { speaker: "p0" });
  const to = tilesOf("speaker", cameras(5), { speaker: "p4" });
  const widths = STEPS.map(
    (step) => find(easeTiles(from, to, step), "p4")!.width,
  );
  const gains = widths.slice(1).map((width, index) => width - widths[index]!);
  t.true(gains.every((gain) => gain >= 0));
  t.true(gains[0]! * 3 < gains[4]! && gains[9]! * 3 < gains[5]!);
  t.true(Math.abs(gains[0]! - gains[9]!) <= 4, "alike at both ends");
});

test("a new tile grows from its centre, a leaving one shrinks into its own", (t) => {
  const centre = ({ x, y, width, height }: Tile) => [
    x + width / 2,
    y + height / 2,
  ];
  const [few, many] = [grid(4), grid(5)];
  for (const [from, to] of [
    [few, many],
    [many, few],
  ] as const) {
    const place = find(many, "p4")!;
    const tiles = STEPS.map((step) => find(easeTiles(from, to, step), "p4"));
    const areas = tiles.map((tile) => (tile ? tile.width * tile.height : 0));
    const growing = to === many ? areas : areas.toReversed();
    t.deepEqual(
      growing,
      growing.toSorted((a, b) => a - b),
    );
    t.is(growing[0], 0);
    t.is(growing.at(-1), place.width * place.height);
    for (const tile of tiles) {
      if (tile === undefined) continue;
      const [x, y] = centre(tile);
      const [wantedX, wantedY] = centre(place);
      t.true(Math.abs(x! - wantedX!) <= 1 && Math.abs(y! - wantedY!) <= 1);
    }
  }
});

test("who does not move is not touched; who moves has its frame inside meanwhile", (t) => {
  const from = tilesOf("speaker", cameras(6), { speaker: "p0" });
  const to = tilesOf("speaker", cameras(6), { speaker: "p4" });
  const middle = easeTiles(from, to, 0.5);
  for (const id of ["p1", "p2", "p3", "p5"])
    t.deepEqual(find(middle, id), find(to, id));
  for (const id of ["p0", "p4"]) t.true(find(middle, id)!.border.inside);
});

test("tiles are painted by z, leaving ones below others of their z", (t) => {
  const from = tilesOf("pip", cameras(2));
  const to = tilesOf("pip", cameras(4).slice(2));
  const middle = easeTiles(from, to, 0.5);
  t.deepEqual(idsOf(middle), ["p0", "p2", "p1", "p3"]);
  t.deepEqual(
    middle.map(({ z }) => z),
    [0, 0, 1, 1],
  );
});

test("regions that touch go on touching while they move together", (t) => {
  const halves = (at: number) => ({
    regions: [
      { x: 0, y: 0, width: at, height: 1 },
      { x: at, y: 0, width: 1 - at, height: 1 },
    ],
  });
  const [from, to] = [0.2, 0.8].map((at) => tilesOf(halves(at), cameras(2)));
  for (const step of STEPS) {
    const [left, right] = easeTiles(from!, to!, step);
    t.is(left!.x + left!.width, right!.x);
  }
});

test("a transition may be turned round half way, without a jump, and changes nothing that it was given", (t) => {
  const [from, to] = [grid(4), tilesOf("speaker", cameras(4))];
  const before = structuredClone([from, to]);
  const half = easeTiles(from, to, 0.5);
  t.deepEqual(easeTiles(half, from, 0), half);
  const back = easeTiles(half, from, 0.01);
  for (const tile of half) {
    const near = rectOf(find(back, tile.id)!);
    t.true(Math.abs(near.x - tile.x) <= 2 && Math.abs(near.y - tile.y) <= 2);
  }
  t.deepEqual(easeTiles(half, from, 1), from);
  t.deepEqual([from, to], before);
});

test("49 tiles are eased in well under a millisecond", (t) => {
  const from = tilesOf("grid", cameras(49));
  const to = tilesOf("grid", cameras(49).toReversed());
  let best = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 200; turn++) {
    const started = process.hrtime.bigint();
    easeTiles(from, to, 0.4);
    best = Math.min(best, Number(process.hrtime.bigint() - started) / 1e6);
  }
  t.log(`${best.toFixed(3)} ms`);
  t.true(best < 1);
});
