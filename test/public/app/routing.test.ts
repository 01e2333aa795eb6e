import test from "ava";
import {
  formatApart,
  apartChoices,
  parseApart,
} from "../../../public/app/dialogs/routing-text.js";
import { hearingText, listed } from "../../../public/app/hearing-text.js";
import {
  apartOf,
  channelName,
  EVERYBODY,
  notWhispering,
  whispering,
  withApart,
  withChannel,
  withCoach,
  withoutChannel,
  type Apart,
} from "../../../public/app/routing-forms.js";
import { panText } from "../../../public/app/tile-text.js";
import { routingForms } from "../../../server/routing.js";
import type { HearingInfo, Routing } from "../../../public/sdk/index.js";

const membersOf = (routing: Routing): string[][] =>
  routing.sidebars.map(({ members }) => members);

const PLACES: Apart[] = [
  { in: "room" },
  { in: "green-room" },
  { in: "group", name: "Group A" },
  { in: "group", name: "a:b" },
  { in: "sidebar", index: 0 },
];

for (const apart of PLACES)
  test(`whoever is put into ${JSON.stringify(apart)} is there alone, and the server takes it`, (t) => {
    t.deepEqual(parseApart(formatApart(apart)), apart);
    for (const before of PLACES) {
      const routing = withApart(
        withApart(EVERYBODY, "ann", before),
        "ann",
        apart,
      );
      t.deepEqual(apartOf(routing, "ann"), apart);
      const where = [
        ...routing.groups.flatMap(({ members }) => members),
        ...membersOf(routing).flat(),
        ...routing.greenRoom,
      ];
      t.is(where.length, apart.in === "room" ? 0 : 1);
      t.true(routingForms.safeParse(routing).success);
      const values = apartChoices(routing).map(({ value }) => value);
      t.true(values.includes(formatApart(apart)));
      t.is(new Set(values).size, values.length);
    }
  });

test("a place in a sidebar is with those in it, also when taking somebody out moves it; the last one is new", (t) => {
  const first = withApart(EVERYBODY, "ann", { in: "sidebar", index: 0 });
  const two = withApart(first, "bob", { in: "sidebar", index: 1 });
  t.deepEqual(membersOf(two), [["ann"], ["bob"]]);
  const moved = withApart(two, "ann", { in: "sidebar", index: 1 });
  t.deepEqual(membersOf(moved), [["bob", "ann"]]);
});

test("a whisper takes the other one along, and ends when nobody is left to whisper with", (t) => {
  const two = whispering(EVERYBODY, "ann", "bob");
  t.deepEqual(membersOf(two), [["ann", "bob"]]);
  const three = whispering(two, "ann", "cy");
  t.deepEqual(membersOf(three), [["ann", "bob", "cy"]]);
  t.deepEqual(membersOf(notWhispering(three, "cy")), [["ann", "bob"]]);
  t.deepEqual(notWhispering(two, "bob"), EVERYBODY);
  t.deepEqual(notWhispering(EVERYBODY, "bob"), EVERYBODY);
  const apart = withApart(EVERYBODY, "ann", { in: "green-room" });
  const aside = whispering(apart, "ann", "bob");
  t.deepEqual([membersOf(aside), aside.greenRoom], [[["ann", "bob"]], []]);
});

test("a channel has one interpreter and an interpreter one channel; a coach is there once", (t) => {
  const french = withChannel(EVERYBODY, "french", "ann");
  const german = withChannel(french, "german", "ann");
  t.deepEqual(
    german.channels.map(({ name }) => name),
    ["german"],
  );
  const other = withChannel(german, "german", "bob");
  t.is(other.channels[0]?.interpreter, "bob");
  t.true(routingForms.safeParse(other).success);
  t.deepEqual(withoutChannel(other, "german"), EVERYBODY);
  const coach = withCoach(EVERYBODY, "ann", "bob", true);
  t.deepEqual(withCoach(coach, "ann", "bob", true), coach);
  t.deepEqual(withCoach(coach, "ann", "bob", false), EVERYBODY);
  t.deepEqual(["Français", " Deutsch (AT) ", "日本語"].map(channelName), [
    "Francais",
    "Deutsch-AT",
    "",
  ]);
});

const NOTHING: HearingInfo = {
  ...{ group: null, sidebar: null, greenRoom: false, interprets: null },
  ...{ coaches: [], coachedBy: [] },
};
const PEOPLE = ["ann", "bob", "cy"].map((id) => ({ id, name: `Ms ${id}` }));

for (const [said, expected] of [
  [{}, undefined],
  [{ group: "Group A" }, /Group A/],
  [{ sidebar: ["ann", "bob"] }, /whisper with Ms ann and Ms bob$/],
  [{ sidebar: [] }, /nobody/],
  [{ sidebar: ["ann"], greenRoom: true }, /does not hear you/],
  [{ interprets: "french" }, /interpret: french/],
  [{ coaches: ["bob"], sidebar: ["cy"] }, /^Only Ms bob can hear you/],
  [{ coachedBy: ["cy"] }, /^Ms cy speaks to you alone/],
] as const)
  test(`people are told what ${JSON.stringify(said)} means`, (t) => {
    const info: HearingInfo = { ...NOTHING, ...(said as Partial<HearingInfo>) };
    const text = hearingText(info, PEOPLE);
    if (expected === undefined) t.is(text, undefined);
    else t.regex(text!, expected);
  });

test("names are listed, and a place in stereo has a name", (t) => {
  t.deepEqual([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(listed), [
    "",
    "a",
    "a and b",
    "a, b and c",
  ]);
  t.deepEqual([-1, -0.25, 0, 0.5].map(panText), [
    "100 % left",
    "25 % left",
    "Middle",
    "50 % right",
  ]);
});
