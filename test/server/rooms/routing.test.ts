import test from "ava";
import {
  routingForms,
  type RoutingFormsInput,
} from "../../../server/routing.js";
import { mixerState, seatIn, startRooms } from "../../helpers/rooms.js";

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
