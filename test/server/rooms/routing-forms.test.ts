import test from "ava";
import { rowsOf, without } from "../../../server/rooms/routing.js";
import {
  routingForms,
  type RoutingFormsInput,
} from "../../../server/routing.js";

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
