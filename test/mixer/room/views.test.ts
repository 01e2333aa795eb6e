import test from "ava";
import {
  MixerError,
  type ViewLayout,
  type ViewSettings,
} from "../../../mixer/contract.js";
import { createCounters } from "../../../mixer/counters.js";
import { createLoad } from "../../../mixer/room/load.js";
import type { View } from "../../../mixer/room/view.js";
import { Views } from "../../../mixer/room/views.js";
import { openLeg } from "../../helpers/leg.js";
import { settingsOf } from "../../helpers/settings.js";

const portrait = settingsOf({ width: 360, height: 640 });

const openViews = () => {
  const moves: string[] = [];
  const layouts: ViewLayout[] = [];
  const opened: string[] = [];
  const views = new Views({
    main: settingsOf(),
    encoder: "software",
    counters: createCounters(),
    load: createLoad(),
    isThere: (participant) => participant === "ann" || participant === "bob",
    onOpen: (view) => {
      opened.push(view.name);
      for (const participant of ["ann", "bob"])
        view.compositor.addSource(participant, {
          ...{ participant, name: participant, role: "", kind: "camera" },
          ...{ active: true, muted: false },
        });
    },
    onMoved: (from, to) => {
      moves.push(`${from.name} -> ${to.name}`);
    },
    onLayout: (layout) => layouts.push(layout),
    onError: (error) => {
      throw error;
    },
  });
  const names = (): string[] => [...views.all()].map(({ name }) => name);
  return { views, moves, layouts, opened, names };
};

const shownIn = async (view: View): Promise<string[]> =>
  (await view.layout()).tiles.map(({ participant }) => participant);

test("the main view is there from the start, and stays without holders", async (t) => {
  const { views, names, opened } = openViews();
  t.is(views.hold("main"), views.main);
  views.release(views.main);
  t.deepEqual(names(), ["main"]);
  t.deepEqual(opened, ["main"]);
  await views.close();
  t.deepEqual(names(), []);
});

test("solo and own views open when they are needed and end with their last holder", async (t) => {
  const { views, names } = openViews();
  const solo = views.hold("solo:ann");
  t.is(views.hold("solo:ann"), solo);
  t.deepEqual(await shownIn(solo), ["ann"]);
  const own = views.hold("own:ann");
  t.deepEqual(await shownIn(own), ["bob"]);
  t.deepEqual(names(), ["main", "solo:ann", "own:ann"]);
  views.release(solo);
  views.release(own);
  t.deepEqual(names(), ["main", "solo:ann"]);
  views.release(solo);
  views.release(solo);
  t.deepEqual(names(), ["main"]);
  await views.close();
});

for (const name of ["portrait", "solo:eve", "own:", "solo", ""])
  test(`there is no view ${JSON.stringify(name)}`, async (t) => {
    const { views } = openViews();
    const error = t.throws(() => views.hold(name), { instanceOf: MixerError });
    t.is(error?.code, "not-found");
    await views.close();
  });

test("a view that was set stays, is changed in place, and goes when it is removed", async (t) => {
  const { views, names, moves } = openViews();
  views.set("portrait", portrait);
  const view = views.hold("portrait");
  views.release(view);
  t.deepEqual(names(), ["main", "portrait"]);
  views.set("portrait", { ...portrait, layout: "solo", pinned: "bob" });
  t.is(views.hold("portrait"), view);
  t.deepEqual(await shownIn(view), ["bob"]);
  views.release(view);
  views.remove("portrait");
  t.deepEqual(moves, ["portrait -> main"]);
  t.deepEqual(names(), ["main"]);
  await views.close();
});

test("a view of another size replaces the old one, which lives as long as it is held", async (t) => {
  const { views, names, moves } = openViews();
  const recorded = views.hold("main");
  views.set("main", settingsOf({ width: 360, height: 640 }));
  t.not(views.main, recorded);
  t.is(views.main.compositor.height, 640);
  t.deepEqual(moves, ["main -> main"]);
  t.deepEqual(names(), ["main", "main"]);
  t.deepEqual(await shownIn(recorded), ["ann", "bob"]);
  views.release(recorded);
  t.deepEqual(names(), ["main"]);
  await views.close();
});

test("own and solo views follow the main view, in its size", async (t) => {
  const { views, names } = openViews();
  const own = views.hold("own:bob");
  views.set("main", settingsOf({ layout: "speaker", pinned: "ann" }));
  t.is((await own.layout()).layout, "speaker");
  t.is(views.hold("own:bob"), own);
  views.release(own);
  views.set("main", settingsOf({ fps: 30 }));
  t.deepEqual(names(), ["own:bob", "main"], "the old one while it is held");
  t.is(own.settings.fps, 15);
  await views.close();
});

test("whoever leaves takes the views of that one along", async (t) => {
  const { views, moves, names } = openViews();
  const solo = views.hold("solo:ann");
  views.hold("solo:bob");
  views.removeOf("ann");
  t.deepEqual(moves, ["solo:ann -> main"]);
  views.release(solo);
  t.deepEqual(names(), ["main", "solo:bob"]);
  await views.close();
});

const WRONG: [what: string, name: string, change: Partial<ViewSettings>][] = [
  ["an odd size", "portrait", { width: 361 }],
  ["a size of nothing", "portrait", { height: 0 }],
  ["no rate", "portrait", { fps: 0 }],
  ["an unknown layout", "main", { layout: "circle" as "grid" }],
  ["a layout without regions", "main", { layout: { regions: [] } }],
  ["a page before the first", "main", { page: -1 }],
  ["a name that opens by itself", "solo:ann", {}],
];

for (const [what, name, change] of WRONG)
  test(`${what} is a bad request, and changes nothing`, async (t) => {
    const { views, names, moves } = openViews();
    const before = views.main.settings;
    const set = () => views.set(name, settingsOf(change));
    const error = t.throws(set, { instanceOf: MixerError });
    t.is(error?.code, "bad-request");
    t.is(views.main.settings, before);
    t.deepEqual([names(), moves], [["main"], []]);
    await views.close();
  });

for (const [name, code] of [
  ["main", "bad-request"],
  ["solo:ann", "bad-request"],
  ["portrait", "not-found"],
] as const)
  test(`${name} cannot be removed: ${code}`, async (t) => {
    const { views } = openViews();
    views.hold("solo:ann");
    const error = t.throws(() => views.remove(name), {
      instanceOf: MixerError,
    });
    t.is(error?.code, code);
    await views.close();
  });

test("a tile map is told once for each change, with the timestamp of its picture", async (t) => {
  const { views, layouts } = openViews();
  const { main } = views;
  await main.layout();
  await main.layout();
  t.is(layouts.length, 1);
  views.set("main", settingsOf({ layout: "solo" }));
  const answered = await main.layout();
  t.is(layouts.length, 2);
  t.is(layouts[1]?.layout, "solo");
  t.is(layouts[1]?.timestamp, answered.timestamp);
  t.true(answered.timestamp > layouts[0]!.timestamp);
  t.true(answered.timestamp - layouts[0]!.timestamp < 5 * 90_000);
  await views.close();
});

test("labels are written for the smallest picture that somebody watches, and smaller again when nobody does", async (t) => {
  const { views } = openViews();
  views.set("large", settingsOf({ width: 1280, height: 720, labels: "on" }));
  const view = views.hold("large");
  const reductions: number[] = [];
  view.compositor.setReduction = (reduction) => reductions.push(reduction);
  const { leg } = openLeg();
  for (const rung of ["720p", "180p"] as const) {
    view.rendition("h264", rung).stream.add(leg);
    view.refresh();
  }
  leg.detach();
  view.refresh();
  t.is(reductions[0], 1);
  t.true(reductions.includes(4));
  t.is(reductions.at(-1), 1);
  await views.close();
});
