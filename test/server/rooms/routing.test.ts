import test from "ava";
import { rowsOf, without } from "../../../server/rooms/routing.js";
import {
  routingForms,
  type RoutingFormsInput,
} from "../../../server/routing.js";
import { mixerState, seatIn, startRooms } from "../../helpers/rooms.js";

const PEOPLE = ["ann", "bob", "cat", "dan"];

/** At which gain each hears each: rows are listeners (the last a viewer), columns speakers; 1 for oneself. */
const matrixOf = (forms: RoutingFormsInput): number[][] => {
  const { listeners, channels } = rowsOf(routingForms.parse(forms), PEOPLE);
  return [...PEOPLE, ""].map((listener) => {
    const row = listener === "" ? channels.get("") : listeners.get(listener);
    return PEOPLE.map((speaker) =>
      speaker === listener ? 1 : (row?.gains?.[speaker] ?? row?.otherwise ?? 1),
    );
  });
};

const cases: Record<string, [RoutingFormsInput, number[][]]> = {
  "without forms everybody hears everybody": [
    {},
    [
      [1, 1, 1, 1],
      [1, 1, 1, 1],
      [1, 1, 1, 1],
      [1, 1, 1, 1],
      [1, 1, 1, 1],
    ],
  ],
  "groups hear themselves, and who is in none hears those in none": [
    {
      groups: [
        { name: "red", members: ["ann", "bob"] },
        { name: "blue", members: ["cat"] },
      ],
    },
    [
      [1, 1, 0, 0],
      [1, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
      [0, 0, 0, 1],
    ],
  ],
  "whisperers hear the room more quietly, which does not hear them": [
    { sidebars: [{ members: ["ann", "bob"] }] },
    [
      [1, 1, 0.25, 0.25],
      [1, 1, 0.25, 0.25],
      [0, 0, 1, 1],
      [0, 0, 1, 1],
      [0, 0, 1, 1],
    ],
  ],
  "an interpreter is heard on the own channel alone": [
    {
      channels: [{ name: "french", interpreter: "ann", listeners: ["bob"] }],
    },
    [
      [1, 1, 1, 1],
      [1, 1, 1, 1],
      [0, 1, 1, 1],
      [0, 1, 1, 1],
      [0, 1, 1, 1],
    ],
  ],
  "a coach hears all and is heard by one": [
    { coaches: [{ coach: "ann", heardBy: "bob" }] },
    [
      [1, 1, 1, 1],
      [1, 1, 1, 1],
      [0, 1, 1, 1],
      [0, 1, 1, 1],
      [0, 1, 1, 1],
    ],
  ],
  "a green room hears all and is heard by itself": [
    { greenRoom: ["ann", "bob"] },
    [
      [1, 1, 1, 1],
      [1, 1, 1, 1],
      [0, 0, 1, 1],
      [0, 0, 1, 1],
      [0, 0, 1, 1],
    ],
  ],
  "a coach's word reaches a group and a whisper, and it hears both": [
    {
      groups: [{ name: "red", members: ["bob", "cat"] }],
      sidebars: [{ members: ["bob", "cat"], room: 0 }],
      coaches: [{ coach: "ann", heardBy: "bob" }],
    },
    [
      [1, 1, 1, 1],
      [1, 1, 1, 0],
      [0, 1, 1, 0],
      [0, 0, 0, 1],
      [0, 0, 0, 1],
    ],
  ],
};

for (const [title, [forms, expected]] of Object.entries(cases))
  test(title, (t) => {
    t.deepEqual(matrixOf(forms), expected);
  });

test("the original is ducked under the interpreter for its listeners, and not for the interpreter", (t) => {
  const channel = { name: "french", interpreter: "ann", listeners: ["bob"] };
  const forms = routingForms.parse({ channels: [channel] });
  const { listeners, channels } = rowsOf(forms, PEOPLE);
  const duck = { by: ["ann"], gain: 0.2 };
  t.deepEqual(listeners.get("bob"), { duck });
  t.deepEqual(listeners.get("ann"), { gains: { ann: 0 } }, "as everybody else");
  t.deepEqual(channels.get("french"), { duck });
  t.deepEqual(channels.get(""), { gains: { ann: 0 } });
});

test("who has gone is in no form, and what is nothing without them goes too", (t) => {
  const forms = routingForms.parse({
    groups: [
      { name: "red", members: ["ann"] },
      { name: "blue", members: ["bob"] },
    ],
    sidebars: [{ members: ["bob", "ann"], room: 0.5 }],
    channels: [
      { name: "french", interpreter: "ann", listeners: ["bob"] },
      { name: "greek", interpreter: "bob", listeners: ["ann"] },
    ],
    coaches: [{ coach: "ann", heardBy: "bob" }],
    greenRoom: ["ann"],
  });
  t.deepEqual(without(forms, "ann"), {
    groups: [{ name: "blue", members: ["bob"] }],
    sidebars: [{ members: ["bob"], room: 0.5 }],
    channels: [
      { name: "greek", interpreter: "bob", original: 0.2, listeners: [] },
    ],
    coaches: [],
    greenRoom: [],
  });
});

const open = async (t: Parameters<typeof startRooms>[0]) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const bob = await seatIn(room, "Bob");
  const cat = await seatIn(room, "Cat");
  await ann.command("hello");
  const told = async () => {
    const { rows, channels } = await mixerState(room, bob);
    return { rows, channels };
  };
  return { room, ann, bob, cat, told };
};

test("forms reach the mixer as rows, the next mixer too, and leave it with those whom they name", async (t) => {
  const { room, ann, bob, cat, told } = await open(t);
  const [a, b, c] = [ann, bob, cat].map((it) => it.participant) as [
    string,
    string,
    string,
  ];
  t.deepEqual(await told(), { rows: {}, channels: {} });
  await room.setRouting(
    routingForms.parse({
      sidebars: [{ members: [a, b] }],
      channels: [{ name: "french", interpreter: c }],
    }),
  );
  const outside = { gains: { [a]: 0, [b]: 0 } };
  // Each is named in the own row too: where rows are equal so are encodes.
  const whisper = { gains: { [a]: 1, [b]: 1, [c]: 0 }, otherwise: 0.25 };
  const all = { gains: { [a]: 0, [b]: 0, [c]: 0 } };
  const both = {
    rows: { [a]: whisper, [b]: whisper, [c]: all },
    channels: {
      "": all,
      french: { ...outside, duck: { by: [c], gain: 0.2 } },
    },
  };
  t.deepEqual(await told(), both);

  await t.throwsAsync(bob.command("crash"));
  await bob.until("restart");
  t.deepEqual(await told(), both, "the next mixer knows it");

  await room.leave(c, "left");
  t.deepEqual(room.routing.channels, []);
  const { rows, channels } = await told();
  t.deepEqual(Object.keys(rows).sort(), [a, b].sort());
  t.deepEqual(channels, { "": outside });
  await room.leave(a, "left");
  t.deepEqual(room.routing.sidebars, [{ members: [b], room: 0.25 }]);
  await room.setRouting(routingForms.parse({}));
  t.deepEqual(await told(), { rows: {}, channels: {} });
});

test("who comes later hears as those do who are in no form", async (t) => {
  const { room, ann, bob, cat, told } = await open(t);
  await room.leave(cat.participant, "left");
  await room.setRouting(routingForms.parse({ greenRoom: [ann.participant] }));
  const dan = await seatIn(room, "Dan");
  await dan.command("hello");
  const { rows } = await told();
  const green = { gains: { [ann.participant]: 0 } };
  t.deepEqual(rows, { [bob.participant]: green, [dan.participant]: green });
});

test("who is not there is refused, and nothing has changed", async (t) => {
  const { room, ann, told } = await open(t);
  const { participant } = ann;
  await room.setRouting(routingForms.parse({ greenRoom: [participant] }));
  const before = { forms: room.routing, told: await told() };
  const wrong: RoutingFormsInput[] = [
    { greenRoom: ["nobody"] },
    { groups: [{ name: "red", members: [participant, "nobody"] }] },
    { sidebars: [{ members: ["nobody"] }] },
    { channels: [{ name: "french", interpreter: "nobody" }] },
    {
      channels: [
        { name: "french", interpreter: participant, listeners: ["nobody"] },
      ],
    },
    { coaches: [{ coach: participant, heardBy: "nobody" }] },
  ];
  for (const forms of wrong)
    await t.throwsAsync(room.setRouting(routingForms.parse(forms)), {
      code: "no-such-participant",
    });
  t.deepEqual({ forms: room.routing, told: await told() }, before);
});

test("one chooses a channel that there is, and is told of them", async (t) => {
  const { room, ann, bob, told } = await open(t);
  const { participant } = bob;
  await room.setRouting(
    routingForms.parse({
      channels: [
        { name: "french", interpreter: ann.participant },
        { name: "greek", interpreter: participant, original: 0 },
      ],
    }),
  );
  await bob.until("channels", ({ chosen }) => chosen === null);
  await room.chooseChannel(participant, "french");
  await bob.until("channels", ({ chosen }) => chosen === "french");
  t.deepEqual((await told()).rows[participant], {
    duck: { by: [ann.participant], gain: 0.2 },
    gains: { [participant]: 0 },
  });
  t.deepEqual(Object.keys((await told()).channels).sort(), [
    "",
    "french",
    "greek",
  ]);
  await t.throwsAsync(room.chooseChannel(participant, "dutch"), {
    code: "not-found",
  });
  await room.chooseChannel(participant, null);
  t.deepEqual((await told()).rows[participant], {
    gains: { [ann.participant]: 0, [participant]: 0 },
  });
});
