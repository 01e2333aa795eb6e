import test from "ava";
import {
  BLOCK_SAMPLES,
  CHANNELS,
  Timeline,
} from "../../../mixer/feed/timeline.js";

const SIZE = { width: 32, height: 32 };
const block = (): Int16Array => new Int16Array(BLOCK_SAMPLES * CHANNELS);

/** A picture of this shade at so many milliseconds. */
const show = (timeline: Timeline, shade: number, ms: number): boolean => {
  const data = timeline.picture({ ...SIZE, data: new Uint8Array() });
  data?.fill(shade);
  if (data !== undefined) timeline.pictureDone(ms * 1_000);
  return data !== undefined;
};

const ramp = (from: number, count: number): Int16Array =>
  Int16Array.from({ length: count }, (_, i) => from + i);

/** The first of both channels of the next block, and the shade of the picture that is due. */
const next = (timeline: Timeline) => {
  const samples = block();
  const frame = timeline.advance(samples);
  return { left: samples[0], right: samples[1], shade: frame?.data[0] };
};

test("sound comes out block by block, one channel on both sides", (t) => {
  const timeline = new Timeline();
  timeline.sound(ramp(0, 480), 1, 0);
  timeline.sound(ramp(1_000, 2 * 480), 2, 10_000);
  t.like(next(timeline), { left: 0, right: 0 });
  t.like(next(timeline), { left: 1_000, right: 1_001 });
  t.like(next(timeline), { left: 0, right: 0 });
});

test("a gap in the source is silence as long as it", (t) => {
  const timeline = new Timeline();
  timeline.sound(ramp(1, 480), 1, 0);
  timeline.sound(ramp(7, 480), 1, 100_000);
  const blocks = Array.from({ length: 11 }, () => next(timeline).left);
  t.deepEqual(blocks, [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]);
});

test("a picture is due at its time, and of several the newest", (t) => {
  const timeline = new Timeline();
  timeline.sound(ramp(0, 4_800), 1, 0);
  show(timeline, 1, 0);
  show(timeline, 2, 33);
  show(timeline, 3, 38);
  const shades = Array.from({ length: 5 }, () => next(timeline).shade);
  t.deepEqual(shades, [1, undefined, undefined, 3, undefined]);
});

test("it is full at 300 ms or ten pictures, and takes no more than twenty-one", (t) => {
  const timeline = new Timeline();
  timeline.sound(ramp(0, 14_000), 1, 0);
  t.false(timeline.full);
  timeline.sound(ramp(0, 1_000), 1, 291_667);
  t.true(timeline.full);
  const pictures = new Timeline();
  const taken = Array.from({ length: 30 }, (_, i) => show(pictures, i, i));
  t.is(taken.filter(Boolean).length, 21);
  t.true(pictures.full);
});

test("a shown picture is not written again before four newer ones were shown", (t) => {
  const timeline = new Timeline();
  const samples = block();
  show(timeline, 1, 0);
  const first = timeline.advance(samples)!;
  for (let shade = 2; shade <= 5; shade++) {
    show(timeline, shade, shade * 10 - 10);
    timeline.advance(samples);
    t.is(first.data[0], 1, `after ${shade - 1} newer ones`);
  }
  show(timeline, 6, 50);
  timeline.advance(samples);
  t.is(first.data[0], 6);
});

test("runs follow each other, and the position is that of the source", (t) => {
  const timeline = new Timeline();
  timeline.reset(5_000_000);
  timeline.sound(ramp(1, 960), 1, 0);
  timeline.begin(0);
  timeline.sound(ramp(101, 960), 1, 0);
  t.is(timeline.position, 5_000_000);
  t.is(next(timeline).left, 1);
  t.is(timeline.position, 5_010_000);
  next(timeline);
  t.is(timeline.position, 0);
  t.is(next(timeline).left, 101);
  t.is(timeline.position, 10_000);
});

test("what was decoded is forgotten when it begins elsewhere", (t) => {
  const timeline = new Timeline();
  timeline.sound(ramp(1, 4_800), 1, 0);
  show(timeline, 1, 50);
  next(timeline);
  timeline.reset(9_000_000);
  t.true(timeline.empty);
  t.is(timeline.position, 9_000_000);
  timeline.sound(ramp(70, 480), 1, 0);
  t.like(next(timeline), { left: 70, shade: undefined });
});

test("a live source that is late is brought back to 200 ms", (t) => {
  const timeline = new Timeline();
  for (let i = 0; i < 80; i++) timeline.sound(ramp(0, 480), 1, i * 10_000);
  timeline.catchUp();
  t.is(timeline.played, 600_000);
});

/** As a live source does: for each block that is played, one comes, and `ahead` have come before. */
const flow = (timeline: Timeline, ahead: number, blocks: number): void => {
  for (let i = 0; i < ahead; i++) timeline.sound(ramp(0, 480), 1, i * 10_000);
  for (let i = 0; i < blocks; i++) {
    timeline.catchUp();
    next(timeline);
    timeline.sound(ramp(0, 480), 1, (ahead + i) * 10_000);
  }
};

test("what has always waited in a live source is left out after 2 s, down to 200 ms", (t) => {
  const timeline = new Timeline();
  flow(timeline, 60, 250);
  t.is((60 + 250) * 10_000 - timeline.played, 200_000);
});

test("hardly more than 200 ms of a live source stay as they are", (t) => {
  const timeline = new Timeline();
  flow(timeline, 25, 1_000);
  t.is((25 + 1_000) * 10_000 - timeline.played, 250_000);
});

test("pictures that come long before their sound make nobody leave sound out", (t) => {
  const timeline = new Timeline();
  for (let i = 0; i < 15; i++) show(timeline, i, i * 40);
  flow(timeline, 20, 250);
  t.is((20 + 250) * 10_000 - timeline.played, 200_000);
});
