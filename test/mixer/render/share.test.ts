/** A shared screen in a render, by real ffmpeg. */
import { join } from "node:path";
import test from "ava";
import type { RenderEvent, RenderVideo } from "../../../mixer/contract.js";
import { startRender } from "../../../mixer/render/render.js";
import { makeFolder } from "../../helpers/folder.js";
import { averageRgb, type Area } from "../../helpers/picture.js";
import { decodeErrors } from "../../helpers/probe.js";
import { pictureAt } from "../../helpers/recorded.js";
import { ANN, BEN, makeRecording } from "../../helpers/tracks.js";
import { MAIN_VIEW } from "../../helpers/view-settings.js";

const SECONDS = 4;
/** In a grid of two, and where they meet. */
const LEFT = { x: 260, y: 320, width: 100, height: 60 };
const RIGHT = { x: 920, y: 320, width: 100, height: 60 };
const MIDDLE = { x: 600, y: 400, width: 80, height: 80 };

/** Which of the colours has most of it; "" where none has. */
const colourAt = async (
  file: string,
  seconds: number,
  area: Area,
): Promise<string> => {
  const rgb = averageRgb(await pictureAt(file, seconds), 1280, area);
  const most = rgb.findIndex((value) => value > 180);
  return ["red", "green", "blue"][most] ?? "";
};

test("a shared screen is large as long as it is shared, and then everybody has their place again", async (t) => {
  const folder = await makeFolder(t);
  const members = [ANN, { ...BEN, screen: "blue" }];
  const { tracks } = await makeRecording(folder, "rec", members, SECONDS);
  const path = (file: string): string => join(folder, file);
  const video = (
    participant: string,
    source: RenderVideo["source"],
    file: string,
  ): RenderVideo => ({ participant, source, path: path(file), start: 0 });
  const events: RenderEvent[] = [
    ...[ANN, BEN].flatMap(({ participant, name }): RenderEvent[] => [
      { at: 0, type: "joined", participant, name },
      { at: 0, type: "camera", participant, on: true },
    ]),
    // Who has no track of a screen has none here.
    { at: 0.5, type: "sharing", participant: "ann", on: true },
    { at: 1.2, type: "sharing", participant: "ben", on: true },
    { at: 2.5, type: "sharing", participant: "ben", on: false },
    { at: 2.5, type: "sharing", participant: "ben", on: false },
  ];
  const [ann, ben] = tracks!;
  const file = path("out.mp4");
  const settings = { ...MAIN_VIEW, labels: "off", autoShare: true } as const;
  const { done } = startRender({
    plan: {
      ...{ output: file, format: "mp4", from: 0, duration: SECONDS },
      source: {
        ...{ kind: "tracks", voices: [path(ann!.audio!.file)] },
        picture: {
          ...{ settings, events },
          videos: [
            video("ann", "camera", ann!.video!.file),
            video("ben", "camera", ben!.video!.file),
            video("ben", "share", ben!.share!.file),
          ],
        },
      },
    },
    onProgress: () => undefined,
  });
  await done;
  t.is(await decodeErrors(file), "");
  for (const at of [0.9, 3.5]) {
    t.is(await colourAt(file, at, LEFT), "red", `${at} s`);
    t.is(await colourAt(file, at, RIGHT), "green", `${at} s`);
    t.is(await colourAt(file, at, MIDDLE), "", `${at} s`);
  }
  t.is(await colourAt(file, 2, MIDDLE), "blue");
});
