/** A player that receives by WHEP chooses what it watches while it does: the running server, over HTTP. */
import { rmSync } from "node:fs";
import test from "ava";
import { openSender, type Receiver } from "../helpers/peer.js";
import { createRest, type Rest } from "../helpers/rest.js";
import { BLUE, GREEN, hears, sees } from "../helpers/room.js";
import { launchServer, type Server } from "../helpers/server.js";
import { until } from "../helpers/until.js";

let server: Server;
let rest: Rest;
test.before(async () => {
  server = await launchServer();
  rest = createRest(server);
});
test.after.always(async () => {
  await server.stop();
  rmSync(server.recordings, { recursive: true });
});

const hasLines = (viewer: Receiver, lines: number) =>
  until({
    what: `the picture has ${lines} lines`,
    read: () => viewer.seen.height,
    accept: (height) => height === lines,
    within: 15_000,
  });

test("a player changes rendition and view over the same connection, and its sound goes on", async (t) => {
  const room = await rest.openRoom();
  for (const [tone, colour] of [
    [660, GREEN],
    [880, BLUE],
  ] as const) {
    const sender = openSender({ tone, colour });
    t.teardown(sender.close);
    t.teardown(await rest.publish(room, sender));
  }
  const viewer = await rest.watch(room);
  t.teardown(viewer.close);
  const choose = async (picture: object): Promise<void> => {
    const path = `${viewer.session}/picture`;
    t.is((await rest.api("PATCH", path, picture)).status, 204);
  };
  await hasLines(viewer, 720);
  await choose({ rendition: "180p" });
  await hasLines(viewer, 180);
  await choose({ rendition: "high" });
  await hasLines(viewer, 720);
  const people = (await rest.api("GET", `/v1/rooms/${room}/participants`)).json;
  await choose({ view: `solo:${people[1].id}` });
  await sees(viewer, BLUE);
  await choose({ view: `solo:${people[0].id}` });
  await sees(viewer, GREEN);
  await hears(viewer, { loud: [660, 880] });
  t.is(viewer.peer.connectionState, "connected");
});
