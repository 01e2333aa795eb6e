/** The running server with a bucket: what is recorded gets there by itself, and plays from there. */
import { writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { startBucket } from "../helpers/bucket.js";
import { makeFolder } from "../helpers/folder.js";
import { openSender } from "../helpers/peer.js";
import { decodeErrors, probeFile } from "../helpers/probe.js";
import { createRest, type RestAnswer } from "../helpers/rest.js";
import { startServer, type Server } from "../helpers/server.js";
import { until } from "../helpers/until.js";

/** What its tracks are served of, and what can be made of it; resolves with the id of a render. */
const use = async (
  t: ExecutionContext,
  server: Server,
  { room, entry }: { room: string; entry: RestAnswer["json"] },
): Promise<string> => {
  const { api } = createRest(server);
  const { id } = entry;
  const [track] = entry.tracks;
  const tracks = `${server.url}/v1/recordings/${id}/tracks`;
  const own = await fetch(`${tracks}/${track.participant}.opus`);
  t.is((await own.arrayBuffer()).byteLength, track.audio.size);
  const archive = await fetch(`${server.url}/v1/recordings/${id}/package`);
  const tar = Buffer.from(await archive.arrayBuffer());
  t.is(tar.length, Number(archive.headers.get("content-length")));
  t.true(tar.includes("OggS") && tar.includes("ftyp"));

  const render = { only: track.participant, format: "opus" };
  const asked = await api("POST", `/v1/recordings/${id}/render`, render);
  t.is(asked.status, 202);
  const { value: job } = await until({
    what: "the render ends",
    read: async () => (await api("GET", `/v1/renders/${asked.json.id}`)).json,
    accept: ({ state }) => state === "done" || state === "failed",
    within: 30_000,
  });
  t.like(job, { state: "done" });
  const feed = await api("POST", `/v1/rooms/${room}/feeds`, { recording: id });
  t.like(feed, { status: 201, json: { state: "playing" } });
  await api("DELETE", `/v1/rooms/${room}/feeds/${feed.json.id}`);
  await until({
    what: "what was made of it is in the bucket too",
    read: async () => (await api("GET", `/v1/recordings/${job.result}`)).json,
    accept: ({ upload }) => upload?.state === "uploaded",
    within: 30_000,
  });
  return job.result;
};

test("a meeting is recorded, looked through, copied to the bucket, and played from there when nothing is kept here", async (t) => {
  const bucket = await startBucket(t);
  const server = await startServer(t, {
    env: {
      TUTTI_S3_BUCKET: "recordings",
      TUTTI_S3_ENDPOINT: `http://127.0.0.1:${bucket.port}`,
      TUTTI_S3_KEY: "S3RVER",
      TUTTI_S3_SECRET: "S3RVER",
      TUTTI_S3_PREFIX: "tutti/",
      TUTTI_S3_KEEP: "false",
      TUTTI_KEEP_DAYS: "30",
      TUTTI_KEEP_BYTES: "1 GB",
    },
  });
  const { api, openRoom, publish } = createRest(server);
  const room = await openRoom();
  const sender = openSender({ tone: 440 });
  t.teardown(sender.close);
  await publish(room, sender);
  const path = `/v1/rooms/${room}/recordings`;
  const { id } = (await api("POST", path, { format: "m4a", tracks: "audio" }))
    .json;
  await until({
    // It counts from when it was asked for: a busy machine's ffmpeg begins half a second later.
    what: "3 s are recorded",
    read: async () => (await api("GET", `/v1/recordings/${id}`)).json,
    accept: ({ duration }) => duration > 3,
  });
  await api("PATCH", `${path}/${id}`, { state: "stopped" });
  const { value: entry } = await until({
    what: "it is uploaded, and gone from here",
    read: async () => (await api("GET", `/v1/recordings/${id}`)).json,
    accept: ({ upload }) =>
      upload?.state === "uploaded" &&
      !existsSync(join(server.recordings, `${id}.m4a`)),
    within: 30_000,
  });
  // Compared whole, so that a failure says what was found.
  t.like(entry.checks, { decodes: true, problems: [] });
  t.true((await bucket.names()).includes(`tutti/${id}.json`));
  t.is(entry.size, (await bucket.bytes(`tutti/${id}.m4a`)).length);

  const file = join(await makeFolder(t), "from-the-bucket.m4a");
  const answer = await fetch(`${server.url}/v1/recordings/${id}/file`);
  await writeFile(file, Buffer.from(await answer.arrayBuffer()));
  t.true((await probeFile(file)).duration > 1.5);
  t.is(await decodeErrors(file), "");

  const made = await use(t, server, { room, entry });

  const { value: metrics } = await until({
    what: "nothing waits",
    read: async () => (await fetch(`${server.url}/metrics`)).text(),
    accept: (text) => /^tutti_uploads_pending 0$/m.test(text),
  });
  t.regex(metrics, /^tutti_uploads_total\{result="uploaded"\} 2$/m);
  for (const one of [id, made])
    t.is((await api("DELETE", `/v1/recordings/${one}`)).status, 204);
  t.deepEqual(await bucket.names(), []);
});
