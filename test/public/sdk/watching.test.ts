import test from "ava";
import { CallError } from "../../../public/sdk/errors.js";
import {
  createWatching,
  type Watching,
  type WatchingOptions,
} from "../../../public/sdk/watching.js";

type World = {
  watching: Watching;
  /** What the server was asked, oldest first. */
  asked: object[];
  /** The server's next refusals, oldest first. */
  refusals: (CallError | undefined)[];
  /** The views that were wished for, as they were told. */
  views: string[];
};

const createWorld = (start = {}): World => {
  const asked: object[] = [];
  const refusals: World["refusals"] = [];
  const ask = async (message: object): Promise<string> => {
    asked.push(message);
    const refusal = refusals.shift();
    if (refusal !== undefined) throw refusal;
    return "answer";
  };
  const views: string[] = [];
  const onWish: WatchingOptions["onWish"] = ({ view }) => views.push(view);
  const watching = createWatching({ start, ask, subscribe: ask, onWish });
  return { watching, asked, refusals, views };
};

test("an offer carries the view and the rendition, and the cap follows it", async (t) => {
  const { watching, asked } = createWorld({ rendition: "low", cap: "360p" });
  t.is(await watching.subscribe("offer"), "answer");
  t.deepEqual(asked, [
    { sdp: "offer", view: "main", rendition: "low" },
    { type: "watch", cap: "360p" },
  ]);
});

test("only what changes is told, and nothing when nothing does", async (t) => {
  const { watching, asked } = createWorld();
  await watching.subscribe("offer");
  await watching.change({ view: "solo:ann", rendition: "auto" });
  await watching.change({ view: "solo:ann" });
  await watching.change({ cap: "360p" });
  await watching.change({ cap: null });
  t.deepEqual(asked.slice(1), [
    { type: "watch", view: "solo:ann" },
    { type: "watch", cap: "360p" },
    { type: "watch", cap: null },
  ]);
});

test("what is wished for without a subscription is kept for the next one", async (t) => {
  const { watching, asked } = createWorld();
  await watching.change({ view: "own:ann", cap: "180p" });
  t.deepEqual(asked, []);
  await watching.subscribe("offer");
  t.deepEqual(asked, [
    { sdp: "offer", view: "own:ann", rendition: "auto" },
    { type: "watch", cap: "180p" },
  ]);
});

test("what is wished for while the offer is on its way follows the answer", async (t) => {
  const { watching, asked } = createWorld();
  const answer = watching.subscribe("offer");
  const changed = watching.change({ rendition: "audio" });
  t.is(asked.length, 1);
  await Promise.all([answer, changed]);
  t.deepEqual(asked[1], { type: "watch", rendition: "audio" });
});

test("a refusal is thrown, and leaves all as it was", async (t) => {
  const { watching, refusals, views } = createWorld();
  await watching.subscribe("offer");
  refusals.push(new CallError("not-found", "There is no such view."));
  await t.throwsAsync(watching.change({ view: "gone" }), {
    instanceOf: CallError,
    message: "There is no such view.",
  });
  t.is(watching.wish().view, "main");
  t.deepEqual(views, ["gone", "main"]);
});

test("what was lost on the way is told with the next change", async (t) => {
  const { watching, asked, refusals } = createWorld();
  await watching.subscribe("offer");
  refusals.push(new CallError("offline", "Not now."));
  await t.throwsAsync(watching.change({ cap: "360p" }));
  t.is(watching.wish().cap, "360p");
  await watching.change({ rendition: "low" });
  t.deepEqual(asked.at(-1), { type: "watch", rendition: "low", cap: "360p" });
});

test("a view that is gone gives way to the main one, with the same offer", async (t) => {
  const { watching, asked, refusals } = createWorld({ view: "solo:ann" });
  refusals.push(new CallError("not-found", "There is no such view."));
  t.is(await watching.subscribe("offer"), "answer");
  t.deepEqual(asked, [
    { sdp: "offer", view: "solo:ann", rendition: "auto" },
    { sdp: "offer", view: "main", rendition: "auto" },
  ]);
});

test("an offer that is refused for itself is not tried on another view", async (t) => {
  const { watching, asked, refusals } = createWorld({ view: "solo:ann" });
  refusals.push(new CallError("not-acceptable", "No."));
  await t.throwsAsync(watching.subscribe("offer"));
  t.is(asked.length, 1);
});

test("a cap is told again with each subscription, also that there is none any more", async (t) => {
  const { watching, asked } = createWorld({ cap: "360p" });
  await watching.subscribe("first");
  await watching.subscribe("second");
  t.deepEqual(asked.at(-1), { type: "watch", cap: "360p" });
  await watching.change({ cap: null });
  await watching.subscribe("third");
  t.deepEqual(asked.at(-1), { type: "watch", cap: null });
});

test("a view that the server takes away is not wished for any more", async (t) => {
  const { watching, asked, views } = createWorld({ view: "portrait" });
  await watching.subscribe("offer");
  watching.shown("portrait");
  t.deepEqual(views, []);
  watching.shown("main");
  t.is(watching.wish().view, "main");
  t.deepEqual(views, ["main"]);
  t.is(asked.length, 1);
});

test("a map that was on its way when another view was asked for does not take the wish back", async (t) => {
  const { watching } = createWorld();
  await watching.subscribe("offer");
  const changed = watching.change({ view: "solo:ann" });
  watching.shown("main");
  await changed;
  t.is(watching.wish().view, "solo:ann");
});

test("who watched somebody alone sees everybody when they leave", async (t) => {
  const { watching, asked } = createWorld({ view: "solo:ann" });
  await watching.subscribe("offer");
  watching.gone("bob");
  t.is(asked.length, 1);
  watching.gone("ann");
  t.deepEqual(asked.at(-1), { type: "watch", view: "main" });
});
