import test from "ava";
import {
  CAMERA_VIDEO,
  encodingFor,
  follow,
  LESS_AFTER,
  scaleDownBy,
  SHARE_VIDEO,
  type Following,
  type Need,
} from "../../../public/sdk/encoding.js";

const size = (text: string): { width: number; height: number } => {
  const [width, height] = text.split("x").map(Number);
  return { width: width!, height: height! };
};

for (const [picture, tile, scale] of [
  ["640x360", "640x360", 1],
  ["1280x720", "640x360", 2],
  ["1920x1080", "640x360", 3],
  ["1280x720", "320x180", 4],
  ["1280x720", "160x90", 8],
  // Larger than the picture: nothing is made up.
  ["640x360", "1280x720", 1],
  // A little less is not worth a crooked resampling.
  ["640x360", "576x324", 1],
  // Cropped above and below: the width decides, or the tile would be blurred.
  ["640x480", "320x180", 2],
  ["640x480", "640x360", 1],
  // Turned: between bars, with as many pixels as the tile.
  ["720x1280", "640x360", 2],
  ["360x640", "640x360", 1],
  ["1080x1920", "960x540", 2],
  // A screen in the large tile of a share.
  ["1920x1080", "1024x576", 1.875],
  ["2560x1440", "1920x1080", 1.333],
  // Not known yet.
  ["0x0", "640x360", 1],
  ["640x360", "0x0", 1],
] as const)
  test(`a picture of ${picture} in a tile of ${tile} is divided by ${scale}`, (t) => {
    t.is(scaleDownBy(size(picture), size(tile)), scale);
  });

const need = (change: Partial<Need> = {}): Need => ({
  width: 640,
  height: 360,
  fps: 30,
  bitrate: 700_000,
  ...change,
});
const HD = { width: 1280, height: 720 };

test("until the server has spoken a camera sends what a tile of 640x360 needs", (t) => {
  t.deepEqual(encodingFor(HD, CAMERA_VIDEO), {
    active: true,
    scaleResolutionDownBy: 2,
    maxFramerate: 30,
    maxBitrate: 700_000,
  });
});

test("what is needed is sent, and never more than the source may", (t) => {
  const small = need({ width: 320, height: 180, fps: 15, bitrate: 150_000 });
  t.deepEqual(encodingFor(HD, CAMERA_VIDEO, small), {
    active: true,
    scaleResolutionDownBy: 4,
    maxFramerate: 15,
    maxBitrate: 150_000,
  });
  const wild = need({ fps: 120, bitrate: 90_000_000 });
  const { maxFramerate, maxBitrate } = encodingFor(HD, CAMERA_VIDEO, wild);
  t.deepEqual([maxFramerate, maxBitrate], [30, 2_500_000]);
  t.is(encodingFor(HD, SHARE_VIDEO, wild).maxFramerate, 15);
});

test("who is not shown sends nothing, with values that a browser takes", (t) => {
  const nothing = { width: 0, height: 0, fps: 0, bitrate: 0 };
  const { active, ...values } = encodingFor(HD, CAMERA_VIDEO, nothing);
  t.false(active);
  for (const value of Object.values(values)) t.true(value > 0);
});

const wanted = (change: Partial<Need>) =>
  encodingFor(HD, CAMERA_VIDEO, need(change));
const FULL = wanted({ width: 1280, height: 720, bitrate: 1_500_000 });
const HALF = wanted({});
const SMALL = wanted({ width: 320, height: 180, bitrate: 200_000 });
const NONE = wanted({ width: 0, height: 0 });

const play = (
  start: Following,
  wishes: [at: number, encoding: typeof FULL][],
): Following =>
  wishes.reduce((state, [at, encoding]) => follow(state, encoding, at), start);

test("more is sent at once", (t) => {
  t.deepEqual(play({ applied: HALF }, [[0, FULL]]), { applied: FULL });
  t.deepEqual(play({ applied: NONE }, [[0, SMALL]]), { applied: SMALL });
});

test("less is sent when it has been enough for a while", (t) => {
  const waiting = play({ applied: FULL }, [[100, HALF]]);
  t.is(waiting.applied, FULL);
  t.deepEqual(waiting.later, { encoding: HALF, at: 100 + LESS_AFTER });
  const before = follow(waiting, HALF, 100 + LESS_AFTER - 1);
  t.is(before.applied, FULL);
  t.deepEqual(follow(waiting, HALF, 100 + LESS_AFTER), { applied: HALF });
});

test("who is out of the picture for a moment goes on sending", (t) => {
  const back = play({ applied: HALF }, [
    [0, NONE],
    [LESS_AFTER / 2, HALF],
  ]);
  t.deepEqual(back, { applied: HALF });
});

test("wishes that keep shrinking do not put it off for ever", (t) => {
  const state = play({ applied: FULL }, [
    [0, HALF],
    [LESS_AFTER - 500, SMALL],
    [LESS_AFTER, NONE],
  ]);
  t.is(state.applied, NONE);
});

test("a picture that is not sent has no size that could change", (t) => {
  const other = { ...NONE, maxBitrate: 1 };
  t.deepEqual(follow({ applied: NONE }, other, 0), { applied: NONE });
});
