/** A screen that is shared while tracks are recorded, from the page to a render. */
import { join } from "node:path";
import test from "ava";
import type { RenderJob } from "../../server/recordings/renders/request.js";
import type { Timeline } from "../../server/recordings/timeline/keeper.js";
import { isColour, type Person } from "../helpers/conference.js";
import { averageRgb } from "../helpers/picture.js";
import { decodeErrors } from "../helpers/probe.js";
import {
  entryOf,
  pictureAt,
  recorded,
  start,
  stop,
} from "../helpers/recorded.js";
import { useSuite } from "../helpers/suite.js";
import { until } from "../helpers/until.js";

const { conference } = useSuite(test);

const share = ({ page }: Person): Promise<void> =>
  page.getByTestId("share").click();

/** Where a screen is, large or alone, and no face. */
const MIDDLE = { x: 560, y: 300, width: 80, height: 80 };

test.serial(
  "a screen that was shared is a track of its own, and large in a render as long as it was shared",
  async (t) => {
    const call = conference(t);
    const [red, green] = await Promise.all([
      call.join("red"),
      call.join("green"),
    ]);
    await Promise.all([red.sees(green), green.sees(red)]);
    const id = await start(call, { tracks: "video" });
    await recorded(call, id, 2);
    await share(green);
    await until({
      what: "the screen is seen",
      read: () => red.colourOf({ id: green.id, source: "share" }),
      accept: (seen) => isColour(seen, "magenta"),
    });
    const { duration: shown } = await entryOf(call, id);
    await recorded(call, id, shown + 3);
    await share(green);
    const { duration: over } = await entryOf(call, id);
    await recorded(call, id, over + 3);
    const { tracks = [] } = await stop(call, id);
    const kept = tracks.find(({ participant }) => participant === green.id);
    const other = tracks.find(({ participant }) => participant === red.id);
    t.is(other?.share, undefined);
    const screen = join(call.server.recordings, kept!.share!.file);
    t.is(await decodeErrors(screen), "");
    t.true(
      isColour(averageRgb(await pictureAt(screen, 1), 1280, MIDDLE), "magenta"),
    );

    const { events } = await call.api<Timeline>(
      `/v1/recordings/${id}/timeline`,
    );
    const [began, ended] = events.filter(
      (event) => event.type === "state" && event.state === "sharing",
    );
    const begin = kept!.share!.start - began!.time;
    t.true(begin > -0.1 && begin < 1.5, `the track begins ${begin} s later`);
    const asked = await call.api<RenderJob>(
      `/v1/recordings/${id}/render`,
      "POST",
      { layout: "grid", labels: "off" },
    );
    const { value: job } = await until({
      what: "it is rendered",
      read: () => call.api<RenderJob>(`/v1/renders/${asked.id}`),
      accept: ({ state }) => state === "done" || state === "failed",
      within: 120_000,
    });
    t.is(job.state, "done", job.error);
    const file = join(call.server.recordings, `${job.result}.mp4`);
    for (const [at, is] of [
      [began!.time - 0.5, false],
      [(shown + over) / 2, true],
      [ended!.time + 1.5, false],
    ] as const) {
      const seen = averageRgb(await pictureAt(file, at), 1280, MIDDLE);
      t.is(isColour(seen, "magenta"), is, `${seen} at ${at} s`);
    }
  },
);
