/** The running server with a bucket: what is recorded gets there by itself, and plays from there. */
import { writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { startBucket } from "../helpers/bucket.js";
import { makeFolder } from "../helpers/folder.js";
import { openSender } from "../helpers/peer.js";
import { decodeErrors, probeFile } from "../helpers/probe.js";
import { createRest } from "../helpers/rest.js";
import { startServer } from "../helpers/server.js";
import { until } from "../helpers/until.js";

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
  const { id } = (await api("POST", path, { format: "m4a" })).json;
  await until({
    what: "2 s are recorded",
    read: async () => (await api("GET", `/v1/recordings/${id}`)).json,
    accept: ({ duration }) => duration > 2,
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
  t.true(entry.checks.decodes, "it was looked through before");
  t.true((await bucket.names()).includes(`tutti/${id}.json`));
  t.is(entry.size, (await bucket.bytes(`tutti/${id}.m4a`)).length);

  const file = join(await makeFolder(t), "from-the-bucket.m4a");
  const answer = await fetch(`${server.url}/v1/recordings/${id}/file`);
  await writeFile(file, Buffer.from(await answer.arrayBuffer()));
  t.true((await probeFile(file)).duration > 1.5);
  t.is(await decodeErrors(file), "");

  const { value: metrics } = await until({
    what: "nothing waits",
    read: async () => (await fetch(`${server.url}/metrics`)).text(),
    accept: (text) => /^tutti_uploads_pending 0$/m.test(text),
  });
  t.regex(metrics, /^tutti_uploads_total\{result="uploaded"\} 1$/m);
  t.is((await api("DELETE", `/v1/recordings/${id}`)).status, 204);
  t.deepEqual(await bucket.names(), []);
});
