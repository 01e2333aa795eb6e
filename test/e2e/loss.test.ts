import test from "ava";
import type { MixStats } from "../helpers/page/peers.js";
import {
  isMedia,
  serverIn,
  startRelay,
  throughRelay,
  type Relay,
} from "../helpers/relay.js";
import { useSuite } from "../helpers/suite.js";
import { until } from "../helpers/until.js";

const { conference } = useSuite(test);

/** 1 in 20, in bursts too: a fixed pattern, so that every run is the same. */
const LOST = new Set([3, 17, 18, 41, 59, 60, 61, 83, 97]);
const PERIOD = 180;
const FRAMES = 150;

test.serial(
  "pictures lost on the way to a viewer are sent again: nothing freezes",
  async (t) => {
    const call = conference(t);
    await Promise.all([call.join("red"), call.join("green")]);
    const viewer = await call.open("blue");
    let relay: Relay | undefined;
    await viewer.page.route("**/whep/*", async (route) => {
      // Without candidates of the viewer's there is no way but through the relay.
      const offer = route.request().postData() ?? "";
      const postData = offer.replace(/^a=candidate:.*\r\n/gm, "");
      const response = await route.fetch({ postData });
      const answer = await response.text();
      relay = await startRelay({
        server: serverIn(answer),
        drop: (direction, n, packet) =>
          direction === "toClient" && isMedia(packet) && LOST.has(n % PERIOD),
      });
      const body = throughRelay(answer, relay.port);
      await route.fulfill({ response, body });
    });
    const stats = (): Promise<MixStats> =>
      viewer.page.evaluate(() => window.tools.stats());
    await viewer.page.evaluate(
      (room) => window.tools.whep({ room, codec: "video/H264" }),
      call.room,
    );
    t.teardown(() => relay?.close());
    const { value: before } = await until({
      what: "the picture plays",
      read: stats,
      accept: ({ framesDecoded }) => framesDecoded > 15,
    });
    const { value: after } = await until({
      what: `${FRAMES} further pictures`,
      read: stats,
      accept: ({ framesDecoded }) =>
        framesDecoded >= before.framesDecoded + FRAMES,
    });
    t.true(relay!.dropped.toClient > 10, `${relay!.dropped.toClient} dropped`);
    t.is(after.freezes - before.freezes, 0);
    const metrics = await (await fetch(`${call.server.url}/metrics`)).text();
    const resent = /^tutti_mixer_packets_resent_total\S* (\d+)/m.exec(metrics);
    t.true(Number(resent?.[1]) > 0);
    const keys = /^tutti_mixer_keyframes_total\S* (\d+)/m.exec(metrics);
    t.log(
      `${relay!.dropped.toClient} packets lost, ${resent?.[1]} sent again, ${keys?.[1]} key frames`,
    );
  },
);
