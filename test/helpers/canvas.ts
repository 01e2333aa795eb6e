import type { ExecutionContext } from "ava";
import type { Rect, SourceKind, ViewSettings } from "../../mixer/contract.js";
import {
  createCompositor,
  type Compositor,
} from "../../mixer/video/compositor.js";
import { sourceIdOf } from "../../mixer/video/layouts/index.js";
import { overlap } from "../../mixer/video/rects.js";
import type { SourceOptions } from "../../mixer/video/source.js";
import {
  averageYuv,
  colourDistance,
  planesOf,
  yuvOf,
  type Yuv,
} from "./picture.js";
import { MAIN_VIEW } from "./view-settings.js";

/** What a camera's picture may lose on its way into the tile, in levels of 255. */
const LEVELS = 3;
export const RED = yuvOf(200, 40, 40);
export const BLUE = yuvOf(40, 60, 200);

/** A move takes 250 ms. */
export const MOVED = 250_000;

/** A compositor that is closed when the test ends. */
export const compositorFor = (
  t: ExecutionContext,
  change: Partial<ViewSettings> = {},
  hide?: string,
): Compositor => {
  const settings = { ...MAIN_VIEW, ...change };
  const made = createCompositor({ view: "main", settings, hide });
  t.teardown(() => made.close());
  return made;
};

const add = (
  it: Compositor,
  participant: string,
  kind: SourceKind,
  change: Partial<SourceOptions>,
): void =>
  it.addSource(sourceIdOf(participant, kind), {
    participant,
    kind,
    role: "member",
    name: "Ann",
    active: true,
    muted: false,
    ...change,
  });

/** Somebody with a camera that is on. */
export const addPerson = (
  it: Compositor,
  participant: string,
  change: Partial<SourceOptions> = {},
): void => add(it, participant, "camera", change);

/** The screen of somebody, as `participant:share`. */
export const addShare = (
  it: Compositor,
  participant: string,
  change: Partial<SourceOptions> = {},
): void => add(it, participant, "share", change);

export const tileOf = (
  it: Compositor,
  id: string,
  kind: SourceKind = "camera",
) =>
  it
    .layout()
    .tiles.find(
      ({ participant, source }) => participant === id && source === kind,
    )!;

/** The middle of a tile, clear of its label. */
export const middleOf = ({ x, y, width, height }: Rect): Rect => ({
  x: x + Math.floor(width / 8) * 2,
  y: y + Math.floor(height / 8) * 2,
  width: Math.floor(width / 4) * 2,
  height: Math.floor(height / 4) * 2,
});

/** Whether the average colour there is this one. */
export const shows = (it: Compositor, area: Rect, colour: Yuv): boolean =>
  colourDistance(averageYuv(it.frame, area), colour) < LEVELS;

/** All that can be seen of the canvas, as a string to compare. */
export const snapshotOf = (it: Compositor): string =>
  planesOf(it.frame)
    .data.map((plane) => Buffer.from(plane).toString("latin1"))
    .join();

/** Whether painting everything anew changes nothing: no trace is left of what was there before. */
export const isAsNew = async (
  it: Compositor,
  settings: ViewSettings,
  now: number,
): Promise<boolean> => {
  const before = snapshotOf(it);
  it.setSettings(settings);
  await it.compose(now);
  return snapshotOf(it) === before;
};

/** A colour for each number, all of them far from each other and from greys. */
export const colourAt = (index: number): Yuv =>
  yuvOf((index * 67 + 40) % 256, (index * 131) % 256, (index * 29 + 120) % 256);

/** A small part of a tile that no tile above covers, as near to the upper left corner of `inside` as can be. */
export const openPart = (
  it: Compositor,
  tile: Rect & { z: number },
  inside: Rect = tile,
): Rect => {
  const { tiles } = it.layout();
  const above = tiles.slice(
    1 +
      tiles.findIndex(
        ({ x, y, z }) => x === tile.x && y === tile.y && z === tile.z,
      ),
  );
  const size = 8;
  for (let y = inside.y + size; y < inside.y + inside.height / 2; y += size)
    for (
      let x = inside.x + size;
      x + size < inside.x + inside.width;
      x += size
    ) {
      const part = { x, y, width: size, height: size };
      if (!above.some((other) => overlap(other, part))) return part;
    }
  throw new Error("the tile is covered");
};
