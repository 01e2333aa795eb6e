import test from "ava";
import { openClient, startSignaling } from "../../helpers/signaling.js";

const start = async (t: Parameters<typeof startSignaling>[0]) => {
  const { url, directory } = await startSignaling(t);
  const [ann, bob] = [await openClient(url), await openClient(url)];
  const first = await ann.join("red");
  const second = await bob.join("red", { name: "Bob" });
  const room = directory.find("red")!;
  const ids = { ann: first.participant, bob: second.participant };
  return { url, room, ann, bob, ids };
};

test("a moderator opens a channel, everybody is told, and one chooses it and the original again", async (t) => {
  const { room, url, ann, bob, ids } = await start(t);
  const channels = [{ name: "french", interpreter: ids.ann }];
  t.is(await ann.refusal({ type: "route", routing: { channels } }), "done");
  for (const one of [ann, bob])
    t.like(await one.until("channels"), { channels: ["french"], chosen: null });

  t.is(await bob.refusal({ type: "channel", channel: "french" }), "done");
  await bob.until("channels", ({ chosen }) => chosen === "french");
  t.deepEqual(room.routing.channels[0]?.listeners, [ids.bob]);
  t.is(
    ann.heard.filter(({ type }) => type === "channels").length,
    1,
    "whose choice it is not is not told",
  );

  const cat = await openClient(url);
  await cat.join("red", { name: "Cat" });
  t.like(await cat.until("channels"), { channels: ["french"], chosen: null });
  t.is(await bob.refusal({ type: "channel", channel: null }), "done");
  t.deepEqual(room.routing.channels[0]?.listeners, []);

  await bob.refusal({ type: "channel", channel: "french" });
  await ann.request({ type: "leave" });
  t.like(await bob.until("channels", (it) => it.channels.length === 0), {
    chosen: null,
  });
  t.deepEqual(room.routing.channels, []);
});

test("what is wrong is refused, and changes nothing", async (t) => {
  const { room, ann, bob, ids } = await start(t);
  const route = (routing: unknown) => ann.refusal({ type: "route", routing });
  t.is(await route({ greenRoom: [ids.bob] }), "done");
  const before = room.routing;
  const twice = { members: [ids.ann, ids.ann] };
  for (const [routing, code] of [
    [{ greenRoom: ["nobody"] }, "no-such-participant"],
    [{ greenRoom: [ids.ann, "a b"] }, "bad-message"],
    [{ sidebars: [twice] }, "bad-message"],
    [{ sidebars: [{ members: [ids.ann], room: 2 }] }, "bad-message"],
    [undefined, "bad-message"],
    [[], "bad-message"],
  ] as const)
    t.is(await route(routing), code, JSON.stringify(routing));
  for (const [channel, code] of [
    ["french", "not-found"],
    ["a b", "bad-message"],
    [7, "bad-message"],
    [undefined, "bad-message"],
  ] as const)
    t.is(await bob.refusal({ type: "channel", channel }), code);
  t.deepEqual(room.routing, before);
});

test("routing is a moderator's, choosing a channel everybody's", async (t) => {
  const { room, ann, bob, ids } = await start(t);
  await room.update(ids.bob, { role: "participant" });
  t.is(await bob.refusal({ type: "route", routing: {} }), "forbidden");
  const channels = [{ name: "french", interpreter: ids.ann }];
  await ann.request({ type: "route", routing: { channels } });
  t.is(await bob.refusal({ type: "channel", channel: "french" }), "done");
});
