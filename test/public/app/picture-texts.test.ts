import test from "ava";
import { chosenLayout, LAYOUTS } from "../../../public/app/layout-text.js";
import {
  choiceOf,
  formatQualityChoice,
  parseQualityChoice,
  qualityDetail,
  isComing,
  qualitySign,
  qualityWord,
  RENDITION_TEXT,
  RENDITIONS,
  SAVER_TEXT,
  watchFor,
} from "../../../public/app/quality-text.js";
import { shareProblem, sharingNews } from "../../../public/app/share-text.js";
import { statusText } from "../../../public/app/status.js";
import {
  pinnedIn,
  tileKey,
  tileLabel,
  viewSign,
} from "../../../public/app/tile-text.js";
import { isMapOf } from "../../../public/app/tile-timing.js";
import type {
  ParticipantInfo,
  Quality,
  TilePlace,
} from "../../../public/sdk/index.js";
import { clientMessage } from "../../../server/signaling/messages.js";
import { participantOf } from "../../helpers/people.js";

const ann = participantOf("ann", { name: "Ann" });
const tile: TilePlace = {
  participant: "ann",
  source: "camera",
  state: "live",
  x: 0,
  y: 0,
  width: 640,
  height: 360,
  z: 0,
};
const other = { isSelf: false, isPinned: false };

for (const [change, person, marks, label] of [
  [{}, {}, other, "Ann"],
  [{}, { talking: true }, other, "Ann, talking"],
  [{ state: "off" }, { muted: true }, other, "Ann, muted, camera off"],
  [{ state: "stalled" }, {}, other, "Ann, picture is stuck"],
  [{}, {}, { isSelf: true, isPinned: true }, "Ann (you), kept large"],
  [{ source: "share" }, { talking: true }, other, "Ann’s screen"],
  [
    { source: "share", state: "waiting" },
    {},
    { ...other, isSelf: true },
    "Your screen, picture is coming",
  ],
] as const satisfies readonly [
  Partial<TilePlace>,
  Partial<ParticipantInfo>,
  typeof other,
  string,
][])
  test(`a tile is read out as "${label}"`, (t) => {
    const place = { ...tile, ...change };
    t.is(tileLabel(place, { ...ann, ...person }, marks), label);
  });

test("a tile of somebody unknown has a name, and a screen is not its owner's face", (t) => {
  t.is(tileLabel(tile, undefined, other), "Somebody");
  t.not(tileKey(tile), tileKey({ ...tile, source: "share" }));
});

test("who is kept large is known from everybody's view, not from one that shows somebody alone", (t) => {
  const map = { view: "main", layout: "grid", pinned: "ann" } as const;
  const size = { width: 1280, height: 720, timestamp: 0, pages: 1, page: 0 };
  t.is(pinnedIn({ ...map, ...size, tiles: [] }), "ann");
  t.is(pinnedIn({ ...map, ...size, tiles: [], view: "solo:ann" }), undefined);
  t.is(pinnedIn(undefined), undefined);
});

test("a view that is not everybody's says so", (t) => {
  t.is(viewSign("main", [ann]), undefined);
  t.is(viewSign("solo:ann", [ann]), "Only Ann");
  t.is(viewSign("solo:gone", [ann]), "Only one person");
  t.is(viewSign("own:ann", [ann]), "Without you");
  t.regex(viewSign("portrait", [ann]) ?? "", /portrait/);
});

for (const [what, map, frame, shown] of [
  ["the picture it is true of", 9000, 9000, true],
  ["a later picture", 9000, 12_000, true],
  ["an earlier picture", 12_000, 9000, false],
  ["a picture before the timestamps go round", 1000, 4_294_967_000, false],
  ["a picture after they went round", 4_294_967_000, 1000, true],
  ["a picture half a round later", 0, 2_500_000_000, true],
] as const)
  test(`a map is ${shown ? "shown" : "held back"} with ${what}`, (t) => {
    t.is(isMapOf({ timestamp: map }, frame), shown);
  });

const quality: Quality = {
  view: "main",
  rung: "360p",
  wanted: "auto",
  codec: "H264",
  encoder: "libx264",
  lost: 0,
};

test("the button names what is received", (t) => {
  t.is(qualityWord(undefined), "Quality");
  t.is(qualityWord(quality), "360p");
  t.is(qualityWord({ ...quality, rung: "slides" }), "Stills");
  t.is(qualityWord({ ...quality, rung: "audio" }), "Sound only");
});

test("the details say what is received, and only what is known of the line", (t) => {
  t.is(qualityDetail(undefined), "");
  t.is(qualityDetail(quality), "Now: 360p (H264, libx264).");
  const line = { estimate: 640_000, lost: 0.034, roundTrip: 41.6 };
  t.is(
    qualityDetail({ ...quality, ...line }),
    "Now: 360p (H264, libx264). Your line carries at least 0.6 Mbit/s. 3 % is lost on the way. There and back: 42 ms.",
  );
  t.is(qualityDetail({ ...quality, rung: "audio" }), "Now: Sound only.");
});

for (const [rung, wanted, sign] of [
  ["720p", "auto", undefined],
  ["180p", "auto", undefined],
  ["slides", "auto", /thin/],
  ["slides", "slides", undefined],
  ["audio", "auto", /no picture/],
  ["audio", "audio", /^Sound only$/],
] as const)
  test(`${rung} where ${wanted} was wanted is ${sign === undefined ? "no news" : "said over the picture"}`, (t) => {
    const text = qualitySign({ ...quality, rung, wanted });
    if (sign === undefined) t.is(text, undefined);
    else t.regex(text ?? "", sign);
  });

test("who asks for a picture again after sound alone is told that it comes, until it has come", (t) => {
  const silent = { ...quality, rung: "audio", wanted: "audio" } as const;
  t.regex(qualitySign(silent, "auto") ?? "", /coming/);
  t.true(isComing(silent, "auto"));
  t.false(isComing(silent, "audio"));
  t.false(isComing({ ...silent, wanted: "auto" }, "auto"), "a thin line");
  t.false(isComing({ ...quality, wanted: "auto" }, "auto"));
  t.false(isComing(undefined, "auto"));
});

test("every quality can be asked of the server, remembered, and read back", (t) => {
  for (const rendition of RENDITIONS)
    for (const saver of [false, true]) {
      const choice = { rendition, saver };
      const watch = watchFor(choice);
      t.true(clientMessage.safeParse({ type: "watch", ...watch }).success);
      t.deepEqual(parseQualityChoice(formatQualityChoice(choice)), choice);
      t.deepEqual(
        choiceOf({ view: "main", rendition, cap: watch.cap ?? null }),
        choice,
      );
    }
});

test("what was remembered wrongly is automatic", (t) => {
  const start = { rendition: "auto", saver: false } as const;
  for (const text of ["", "best", "constructor", " saver "])
    t.deepEqual(parseQualityChoice(text).rendition, start.rendition, text);
  t.deepEqual(parseQualityChoice(""), start);
});

test("what a quality costs is said, less for each lower one", (t) => {
  const costs = RENDITIONS.filter((one) => one !== "auto").map((rendition) =>
    Number(/about (\d+) MB/.exec(RENDITION_TEXT[rendition].note)?.[1]),
  );
  t.deepEqual(costs, [700, 220, 76, 29, 11]);
  t.regex(SAVER_TEXT.note, /360p, about 220 MB/);
});

test("every layout of the menu is one that the server takes", (t) => {
  for (const { layout } of LAYOUTS)
    t.true(clientMessage.safeParse({ type: "layout", layout }).success);
});

test("a shared screen, and a view of one's own, do not hide which layout was chosen", (t) => {
  const main = { view: "main" };
  t.is(chosenLayout(undefined, { ...main, layout: "grid" }), "grid");
  t.is(chosenLayout("grid", { ...main, layout: "share" }), "grid");
  t.is(chosenLayout("grid", { view: "solo:ann", layout: "solo" }), "grid");
  t.is(chosenLayout("grid", { ...main, layout: "custom" }), "custom");
});

for (const [name, message, sentence] of [
  ["NotAllowedError", "Permission denied", undefined],
  ["NotAllowedError", "Permission denied by system", /privacy settings/],
  ["NotReadableError", "", /Choose another/],
  ["TypeError", "", /https/],
  ["SomethingNewError", "", /SomethingNewError/],
] as const)
  test(`a screen that is not given (${name}, "${message}") is ${sentence === undefined ? "the user's own wish" : "explained"}`, (t) => {
    const problem = shareProblem(Object.assign(new Error(message), { name }));
    if (sentence === undefined) t.is(problem, undefined);
    else t.regex(problem ?? "", sentence);
  });

test("who begins to share is told once, and not to oneself", (t) => {
  const sharing = { ...ann, sharing: true };
  t.deepEqual(sharingNews([ann], [sharing], "bob"), ["Ann shares a screen."]);
  t.deepEqual(sharingNews([sharing], [sharing], "bob"), []);
  t.deepEqual(sharingNews([ann], [sharing], "ann"), []);
  t.deepEqual(sharingNews([], [sharing], "bob").length, 1);
});

test("an overload, and a share that is being restored, show in the status", (t) => {
  const fine = {
    link: "joined",
    publish: "connected",
    subscribe: "connected",
    share: "connected",
  } as const;
  t.is(statusText(fine, 0).level, "good");
  t.regex(statusText(fine, 2).text, /busy/);
  t.regex(statusText({ ...fine, share: "lost" }).text, /screen/);
});
