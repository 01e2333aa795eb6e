/** The viewers' page on a phone, on a line that becomes thin. */
import test from "ava";
import { openViewer, startLive } from "../helpers/live.js";
import { useSuite } from "../helpers/suite.js";
import { until } from "../helpers/until.js";

const { conference, browser } = useSuite(test);

const PHONE = { width: 390, height: 844 };
/** Bytes a second: too little for the large picture, enough for the small one. */
const THIN = 90_000;

test.serial(
  "on a phone the player fits the screen, and takes a smaller rendition of the playlist when its line is thin",
  async (t) => {
    const call = conference(t);
    const red = await call.join("red");
    await red.sees(red);
    const { page, problems } = await openViewer(t, browser(), call);
    await page.setViewportSize(PHONE);
    await startLive(call, {
      type: "hls",
      renditions: ["high", "medium", "low", "audio"],
    });
    const widthOf = () =>
      page.evaluate(() => document.querySelector("video")?.videoWidth ?? 0);
    const becomes = (what: string, accept: (width: number) => boolean) =>
      until({ what, read: widthOf, accept, within: 60_000 });
    await becomes("a picture is seen", (width) => width > 0);
    const fits = await page.evaluate(() => {
      const box = document.querySelector("video")!.getBoundingClientRect();
      const { scrollWidth } = document.documentElement;
      return { scrollWidth, left: box.left, right: box.right };
    });
    t.true(fits.scrollWidth <= PHONE.width, JSON.stringify(fits));
    t.true(fits.left >= 0 && fits.right <= PHONE.width, JSON.stringify(fits));
    await becomes("the largest rendition", (width) => width === 1280);
    const line = await page.context().newCDPSession(page);
    await line.send("Network.enable");
    await line.send("Network.emulateNetworkConditions", {
      ...{ offline: false, latency: 50 },
      ...{ downloadThroughput: THIN, uploadThroughput: THIN },
    });
    await becomes("a smaller one", (width) => width > 0 && width < 1280);
    const { at: before } = await page.evaluate(() =>
      window.watching.position(),
    );
    await until({
      what: "it goes on",
      read: () => page.evaluate(() => window.watching.position()),
      accept: ({ at }) => at > before + 3,
      within: 30_000,
    });
    t.deepEqual(problems, []);
  },
);
