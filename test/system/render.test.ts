/** A recorded call, made anew without somebody: the running server, with files as participants. */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { makeMedia } from "../helpers/media.js";
import { averageRgb } from "../helpers/picture.js";
import { decodeErrors, probeFile, sound } from "../helpers/probe.js";
import { pictureAt } from "../helpers/recorded.js";
import { createRest, type Rest } from "../helpers/rest.js";
import { GREEN, RED } from "../helpers/room.js";
import { launchServer, type Server } from "../helpers/server.js";
import { goertzel } from "../helpers/tone.js";
import { until } from "../helpers/until.js";

const media = mkdtempSync("/tmp/tutti-media-");
const ANN = { colour: GREEN, tone: 660 };
const BEN = { colour: RED, tone: 1_500 };
const SECONDS = 5;
let server: Server;
let rest: Rest;

test.before(async () => {
  await makeMedia(join(media, "ann.mp4"), { ...ANN, seconds: 30 });
  await makeMedia(join(media, "ben.mp4"), { ...BEN, seconds: 30 });
  server = await launchServer({ env: { TUTTI_MEDIA: media } });
  rest = createRest(server);
});
test.after.always(async () => {
  await server.stop();
  for (const folder of [media, server.recordings])
    rmSync(folder, { recursive: true });
});

const record = async (): Promise<string> => {
  const room = await rest.openRoom();
  for (const name of ["ann", "ben"])
    await rest.api("POST", `/v1/rooms/${room}/feeds`, {
      ...{ file: `${name}.mp4`, name, loop: true },
    });
  await until({
    what: "both are in the mix",
    read: () => rest.api("GET", `/v1/rooms/${room}/participants`),
    accept: ({ json }) =>
      json.length === 2 &&
      json.every((it: { inMix: unknown }) => it.inMix === true),
  });
  const path = `/v1/rooms/${room}/recordings`;
  const { json } = await rest.api("POST", path, { tracks: "video" });
  await until({
    what: `${SECONDS} s are recorded`,
    read: () => rest.api("GET", `/v1/recordings/${json.id}`),
    accept: (answer) => answer.json.duration >= SECONDS,
  });
  await rest.api("PATCH", `${path}/${json.id}`, { state: "stopped" });
  return json.id;
};

const render = async (recording: string, asked: object): Promise<string> => {
  const path = `/v1/recordings/${recording}/render`;
  const { json } = await rest.api("POST", path, asked);
  const { value } = await until({
    what: "it is rendered",
    read: () => rest.api("GET", `/v1/renders/${json.id}`),
    accept: (answer) => ["done", "failed"].includes(answer.json.state),
    within: 120_000,
  });
  if (value.json.error !== undefined) throw new Error(value.json.error);
  return value.json.result;
};

test("of a call that was recorded with tracks one person is taken out, in a portrait", async (t) => {
  const recording = await record();
  const { json: entry } = await rest.api("GET", `/v1/recordings/${recording}`);
  const ben = entry.tracks.find((it: { name: string }) => it.name === "ben");
  const asked = { without: [ben.participant], canvas: "portrait", from: 1 };
  const id = await render(recording, asked);
  const file = join(server.recordings, `${id}.mp4`);
  t.is(await decodeErrors(file), "");
  const { video, duration } = await probeFile(file);
  t.like(video, { width: 720, height: 1280 });
  t.true(Math.abs(duration - (entry.duration - 1)) < 0.05, `${duration}`);
  const samples = (await sound(file)).subarray(48_000, 96_000);
  t.true(goertzel(samples, 48_000, ANN.tone) > -40);
  t.true(goertzel(samples, 48_000, BEN.tone) < -60);
  const picture = await pictureAt(file, 2);
  const whole = { x: 40, y: 440, width: 640, height: 400 };
  const [red, green] = averageRgb(picture, 720, whole);
  t.true(green > red + 50, `${red} ${green}`);
  const { json: made } = await rest.api("GET", `/v1/recordings/${id}`);
  t.like(made, { renderedFrom: recording, room: entry.room });
  t.deepEqual(
    made.participants.map(({ name }: { name: string }) => name),
    ["ann"],
  );
});
