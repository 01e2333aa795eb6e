import test from "ava";
import { wallTime } from "../../../mixer/clock.js";
import { LONGEST_GAP } from "../../../mixer/contract.js";
import {
  createWriter,
  timeOf,
  timesOf,
} from "../../../mixer/output/writer-state.js";

const SECOND = 1_000_000;
const OPTIONS = {
  ...{ directory: "/nowhere", recording: "r", format: "opus" as const },
  ...{ onStatus: () => undefined, requestKey: () => undefined },
};
const FIRST = { pts: 0, key: true, data: Buffer.alloc(0) };

for (const [down, hole] of [
  [0, 0],
  [12, 12],
  [LONGEST_GAP, LONGEST_GAP],
  [900, LONGEST_GAP],
  // The clock was set back.
  [-5, 0],
] as const)
  test(`a recording that goes on ${down} s after its last part has a hole of ${hole} s, and its time goes on from there`, (t) => {
    const wall = Math.round(wallTime(FIRST.pts) * 1_000);
    const endedAt = wall - down * SECOND;
    const writer = createWriter(OPTIONS, { nextPart: 1, endedAt });
    const { from, time } = timesOf(writer, FIRST as never);
    t.is(from, endedAt);
    t.is(time - from, hole * SECOND);
    t.is(timeOf(writer, SECOND) - time, SECOND);
  });
