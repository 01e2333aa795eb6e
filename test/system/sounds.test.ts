/** The running server, whose rooms let things be heard; by clients without a browser. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { makeMedia } from "../helpers/media.js";
import { openSender, type Receiver } from "../helpers/peer.js";
import { createRest, type Rest } from "../helpers/rest.js";
import { hears } from "../helpers/room.js";
import { launchServer, type Server } from "../helpers/server.js";
import { goertzel } from "../helpers/tone.js";
import { until } from "../helpers/until.js";

const media = mkdtempSync("/tmp/tutti-media-");
let server: Server;
let rest: Rest;

test.before(async () => {
  await makeMedia(join(media, "jingle.mp3"), { tone: 880, seconds: 10 });
  server = await launchServer({ env: { TUTTI_MEDIA: media } });
  rest = createRest(server);
});
test.after.always(async () => {
  await server.stop();
  for (const folder of [media, server.recordings])
    rmSync(folder, { recursive: true });
});

/** Somebody comes by WHIP. */
const enter = async (room: string) => {
  const sender = openSender({ tone: 100 });
  const end = await rest.publish(room, sender);
  const leave = async (): Promise<void> => {
    await end();
    sender.close();
  };
  return { leave };
};

/** Waits until these tones were heard within one second. */
const rings = async (receiver: Receiver, ...tones: number[]): Promise<void> => {
  await until({
    what: `a chime of ${tones} Hz`,
    read: () => tones.map((hz) => goertzel(receiver.heard(), 48_000, hz)),
    accept: (levels) => levels.every((level) => level > -55),
  });
};
const isSilent = (receiver: Receiver, ...tones: number[]): Promise<void> =>
  hears(receiver, { silent: tones });

test.serial("a sound is uploaded, played, changed and removed", async (t) => {
  const room = await rest.openRoom();
  const viewer = await rest.watch(room);
  const upload = (body: Buffer) =>
    rest.upload("/v1/sounds?name=jingle", new Uint8Array(body));
  const added = await upload(readFileSync(join(media, "jingle.mp3")));
  t.is(added.status, 201);
  t.like(added.json, { name: "jingle" });
  t.is((await upload(Buffer.from("no sound at all"))).status, 400);
  t.is((await upload(Buffer.alloc(0))).status, 400);
  t.is((await upload(Buffer.alloc(65 * 2 ** 20))).status, 413);
  t.deepEqual((await rest.api("GET", "/v1/sounds")).json, [added.json]);

  const path = `/v1/rooms/${room}/sounds`;
  const { id } = added.json;
  const played = await rest.api("POST", path, {
    upload: id,
    loop: true,
    duck: 12,
  });
  t.is(played.status, 201);
  await hears(viewer, { loud: [880] });
  t.like((await rest.api("GET", path)).json[0], {
    upload: id,
    duck: 12,
    loop: true,
  });
  await rest.api("PATCH", `${path}/${played.json.id}`, { volume: 0.1 });
  await until({
    what: "it is 20 dB lower",
    read: () => goertzel(viewer.heard(), 48_000, 880),
    accept: (level) => level < -37 && level > -46,
  });
  t.is((await rest.api("DELETE", `${path}/${played.json.id}`)).status, 204);
  await hears(viewer, { silent: [880] });
  t.is((await rest.api("DELETE", `${path}/${played.json.id}`)).status, 404);
  t.is((await rest.api("DELETE", `/v1/sounds/${id}`)).status, 204);
  t.is((await rest.api("POST", path, { upload: id })).status, 404);
  viewer.close();
});

test.serial(
  "a room that is asked to rings when people come and go",
  async (t) => {
    const room = await rest.openRoom({ sounds: { join: true, leave: true } });
    const viewer = await rest.watch(room);
    const ann = await enter(room);
    await until({
      what: "ann is there",
      read: () => rest.api("GET", `/v1/rooms/${room}/participants`),
      accept: ({ json }) => json[0]?.inMix === true,
    });
    await isSilent(viewer, 587, 880);
    const bob = await enter(room);
    await rings(viewer, 587, 880);
    await isSilent(viewer, 587, 880);
    await bob.leave();
    await rings(viewer, 587, 880);
    await ann.leave();
    viewer.close();
    t.pass();
  },
);

test.serial("whoever is alone hears music until a second comes", async (t) => {
  const room = await rest.openRoom({ sounds: { alone: true } });
  const viewer = await rest.watch(room);
  const ann = await enter(room);
  await rings(viewer, 330, 392);
  const bob = await enter(room);
  await isSilent(viewer, 330, 392, 523);
  await bob.leave();
  await rings(viewer, 330, 392);
  await rest.api("PUT", `/v1/rooms/${room}`, { sounds: {} });
  await isSilent(viewer, 330, 392, 523);
  await ann.leave();
  viewer.close();
  t.pass();
});

for (const [sounds, heard] of [
  [{}, true],
  [{ recording: false }, false],
] as const)
  test.serial(
    `a recording is ${heard ? "" : "not "}heard to begin and to end with ${JSON.stringify(sounds)}`,
    async (t) => {
      const room = await rest.openRoom({ sounds });
      const viewer = await rest.watch(room);
      const path = `/v1/rooms/${room}/recordings`;
      const rung = async (): Promise<void> => {
        if (heard) await rings(viewer, 784, 1175);
        await isSilent(viewer, 784, 1175);
      };
      const { json } = await rest.api("POST", path, {});
      await rung();
      await rest.api("PATCH", `${path}/${json.id}`, { state: "stopped" });
      await rung();
      viewer.close();
      t.pass();
    },
  );
