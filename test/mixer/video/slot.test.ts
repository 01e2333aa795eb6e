import test from "ava";
import type { I420Frame } from "../../../mixer/media.js";
import {
  createSlot,
  putFrame,
  readFrame,
  setActive,
  slotState,
} from "../../../mixer/video/slot.js";

const frame: I420Frame = { width: 2, height: 2, data: new Uint8Array(6) };

test("a source without camera is off, one with camera and no picture yet is waiting", (t) => {
  t.is(slotState(createSlot("camera", false), 5), "off");
  t.is(slotState(createSlot("camera", true), 50_000_000), "waiting");
});

test("a picture makes it live, and a second without one stalls it until the next", (t) => {
  const slot = createSlot("camera", true);
  putFrame(slot, frame, 7_000_000);
  t.is(slotState(slot, 7_000_000), "live");
  t.is(slotState(slot, 8_000_000), "live");
  t.is(slotState(slot, 8_000_001), "stalled");
  putFrame(slot, frame, 9_500_000);
  t.is(slotState(slot, 9_500_000), "live");
});

test("a replaced picture is told if nobody had read it", (t) => {
  const slot = createSlot("camera", true);
  t.false(putFrame(slot, frame, 0));
  t.true(putFrame(slot, frame, 1));
  t.is(readFrame(slot), frame);
  t.false(putFrame(slot, frame, 2));
});

test("a camera that goes off and on waits for a new picture, and late ones are ignored", (t) => {
  const slot = createSlot("camera", true);
  putFrame(slot, frame, 0);
  setActive(slot, false);
  t.false(putFrame(slot, frame, 1));
  t.is(slotState(slot, 2), "off");
  setActive(slot, true);
  t.is(slotState(slot, 3), "waiting");
});

test("a screen on which nothing changes is live for longer than a camera", (t) => {
  const slot = createSlot("share", true);
  putFrame(slot, frame, 0);
  t.is(slotState(slot, 3_000_000), "live");
  t.is(slotState(slot, 4_000_001), "stalled");
});
