import test from "ava";
import type { RenderEvent } from "../../../mixer/contract.js";
import { largestTiles } from "../../../mixer/render/sizes.js";
import { MAIN_VIEW } from "../../helpers/view-settings.js";

const joined = (at: number, participant: string): RenderEvent => ({
  ...{ at, type: "joined", participant, name: participant },
});
const left = (at: number, participant: string): RenderEvent => ({
  ...{ at, type: "left", participant },
});

test("in a grid everybody is as large as when the fewest are there with them", (t) => {
  const events = [
    ...[joined(0, "ann"), joined(0, "ben"), joined(0, "cy"), joined(0, "dan")],
    ...[left(5, "dan"), left(6, "cy"), joined(9, "eve")],
  ];
  const largest = largestTiles({ settings: MAIN_VIEW, events });
  const [ann, ben, cy, dan, eve] = ["ann", "ben", "cy", "dan", "eve"].map(
    (id) => largest(id).width,
  );
  t.is(ann, ben);
  t.true(ann! >= 620 && ann! <= 640, "two beside each other");
  t.true(dan! <= 640);
  t.true(cy! >= dan! && eve! <= ann!);
  const alone = largestTiles({ settings: MAIN_VIEW, events: [joined(0, "x")] });
  t.true(alone("x").width > 1200);
});

test("whoever comes when others go is as large as among those who stay", (t) => {
  const events = [joined(0, "ann"), left(5, "ann"), joined(5, "ben")];
  const largest = largestTiles({ settings: MAIN_VIEW, events });
  t.is(largest("ben").width, largest("ann").width);
});

test("where the talker is large anybody may be", (t) => {
  const events = [joined(0, "ann"), joined(0, "ben")];
  for (const layout of ["speaker", "pip", "solo"] as const)
    t.deepEqual(
      largestTiles({ settings: { ...MAIN_VIEW, layout }, events })("ann"),
      { width: 1280, height: 720 },
    );
});
