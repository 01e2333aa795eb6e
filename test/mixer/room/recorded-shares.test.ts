/** The track of a shared screen, in a real room with real peers. */
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import test from "ava";
import { makeFolder } from "../../helpers/folder.js";
import { averageRgb } from "../../helpers/picture.js";
import { decodeErrors, probeFile } from "../../helpers/probe.js";
import { pictureAt } from "../../helpers/recorded.js";
import { BLUE, GREEN, openRoom, RED } from "../../helpers/room.js";
import { personOf } from "../../helpers/settings.js";
import { until } from "../../helpers/until.js";

test.serial(
  "a screen has a track of its own from its first picture on, as large as the canvas, and the camera keeps its own",
  async (t) => {
    const directory = await makeFolder(t);
    const { room, send, close } = openRoom({ recordings: directory });
    t.teardown(close);
    for (const id of ["ann", "bob"]) room.participants.add(personOf(id));
    await send("ann", "camera", { colour: RED });
    await send("bob", "camera", { colour: GREEN });
    const film = { room: "demo", recording: "film" };
    await room.startRecording({
      ...{ ...film, format: "mp4", tracks: "video" },
      ...{ view: "main", rendition: "low" },
    });
    await delay(2_000);
    room.participants.update("ann", { sharing: true });
    await send("ann", "share", { colour: BLUE });
    await delay(3_000);
    room.participants.update("ann", { sharing: false });
    room.unpublish({ room: "demo", participant: "ann", source: "share" });
    await delay(1_500);
    room.participants.update("ann", { sharing: true });
    await send("ann", "share", { colour: GREEN });
    await delay(2_500);
    const { tracks = [], duration } = await room.stopRecording(film);
    t.is([...room.views.all()].length, 1, "what was held is given back");

    const [ann, bob] = tracks;
    t.is(bob?.share, undefined);
    const { file, start } = ann!.share!;
    t.is(file, "film.tracks/ann.share.mp4");
    t.true(start > 1.5 && start < 4, `begins at ${start} s`);
    const screen = join(directory, file);
    const facts = await probeFile(screen);
    t.is(await decodeErrors(screen), "");
    const { width, height } = room.views.main.settings;
    t.like(facts.video, { codec: "h264", width, height });
    const missing = duration - start - facts.duration;
    t.true(missing < 1, `${missing} s are missing at its end`);
    const middle = { x: width / 2 - 20, y: height / 2 - 20 };
    const seen = async (path: string, at: number, wide = width) =>
      averageRgb(await pictureAt(path, at), wide, {
        ...(wide === width ? middle : { x: 300, y: 170 }),
        ...{ width: 40, height: 20 },
      });
    const [red, green, blue] = await seen(screen, 1.5);
    t.true(blue! > red! && blue! > green!, `${red} ${green} ${blue}`);
    const later = await seen(screen, facts.duration - 0.5);
    t.true(later[1]! > later[2]!, `the second screen is ${later}`);
    const camera = join(directory, ann!.video!.file);
    for (const at of [0.5, 3, 6]) {
      const face = await seen(camera, at, 640);
      t.true(face[0]! > face[2]!, `the camera at ${at} s is ${face}`);
    }
  },
);

test.serial(
  "who is not to be recorded has no track of a screen either",
  async (t) => {
    const directory = await makeFolder(t);
    const { room, send, close } = openRoom({ recordings: directory });
    t.teardown(close);
    for (const id of ["ann", "shy"]) room.participants.add(personOf(id));
    room.participants.update("shy", { recorded: false, sharing: true });
    await send("ann", "camera", { colour: RED });
    await send("shy", "share", { colour: BLUE });
    const film = { room: "demo", recording: "film" };
    await room.startRecording({
      ...{ ...film, format: "mp4", tracks: "video" },
      ...{ view: "main", rendition: "low" },
    });
    await until({
      what: "the screen is seen live",
      read: async () => (await room.layout("main")).layout,
      accept: (layout) => layout === "share",
    });
    await delay(2_000);
    const { tracks = [] } = await room.stopRecording(film);
    t.deepEqual(
      tracks.map(({ participant, share }) => ({ participant, share })),
      [{ participant: "ann", share: undefined }],
    );
  },
);
