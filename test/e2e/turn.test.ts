/** A call of people whose networks let nothing out but TCP. */
import anyTest from "ava";
import { launchBrowser } from "../helpers/browser.js";
import { startConference } from "../helpers/conference.js";
import { startServer } from "../helpers/server.js";
import { hasTurn, startTurn } from "../helpers/turn.js";

/** It is installed with the other programs that tests need; a system that has none is said to have skipped. */
const test = hasTurn ? anyTest.serial : anyTest.skip;

test("through a TURN server over TCP two people hear and see each other", async (t) => {
  const turn = await startTurn(t);
  const server = await startServer(t, {
    env: {
      TUTTI_ICE_SERVERS: JSON.stringify([turn]),
      TUTTI_MEDIA_IP: "127.0.0.1",
    },
  });
  const browser = await launchBrowser();
  t.teardown(() => browser.close());
  const call = startConference(t, server, browser);
  const [red, green] = await Promise.all([
    call.join("red", { relayed: true }),
    call.join("green", { relayed: true }),
  ]);
  await Promise.all([
    ...[red.hears(["green"]), green.hears(["red"])],
    ...[red.sees(green), green.sees(red)],
  ]);
  await green.close();
  await red.hearsNot(["green"], 3_000);
  t.pass();
});
