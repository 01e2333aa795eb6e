/** A message left in an empty room, and listened to: real media, without a browser. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { makeFolder } from "../helpers/folder.js";
import { openSender } from "../helpers/peer.js";
import { createRest } from "../helpers/rest.js";
import { probeFile, sound } from "../helpers/probe.js";
import { startServer } from "../helpers/server.js";
import { goertzel } from "../helpers/tone.js";
import { until } from "../helpers/until.js";

const RATE = 48_000;

test("a caller's voice is in the list as a voice message, without the tone before it", async (t) => {
  const server = await startServer(t);
  const { api, openRoom, publish, watch } = createRest(server);
  const room = await openRoom({ voicemail: true, title: "Front desk" });
  t.true((await api("GET", `/v1/rooms/${room}`)).json.voicemail);
  const listener = await watch(room);
  t.teardown(listener.close);
  const sender = openSender({ tone: 440 });
  t.teardown(sender.close);
  const leave = await publish(room, sender);
  await until({
    what: "the tone is heard",
    read: () => goertzel(listener.heard(), RATE, 1000),
    accept: (level) => level > -40,
  });
  const { value: running } = await until({
    // It counts from the call, and begins when somebody is heard.
    what: "the message has 3 s and some more",
    read: async () => (await api("GET", "/v1/recordings?q=voicemail")).json,
    accept: ([first]) => first?.duration > 4,
  });
  t.like(running[0], { kind: "voicemail", state: "recording", format: "m4a" });
  await leave();
  const { id } = running[0];
  const { value: entry } = await until({
    what: "it is final",
    read: async () => (await api("GET", `/v1/recordings/${id}`)).json,
    accept: ({ state }) => state === "stopped",
  });
  t.like(entry, { kind: "voicemail", title: "Front desk" });
  t.is(entry.participants.length, 1);
  const file = join(await makeFolder(t), "message.m4a");
  const answer = await fetch(`${server.url}/v1/recordings/${id}/file`);
  t.is(answer.headers.get("content-type"), "audio/mp4");
  await writeFile(file, Buffer.from(await answer.arrayBuffer()));
  const { duration } = await probeFile(file);
  t.true(duration > 2.5 && duration < 15, `${duration} s`);
  const samples = await sound(file);
  const second = samples.subarray(RATE, 2 * RATE);
  t.true(goertzel(second, RATE, 440) > -30, "the caller");
  const first = samples.subarray(0, RATE);
  t.true(goertzel(first, RATE, 1000) < -50, "no tone");
});
