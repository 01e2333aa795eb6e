/** What a decoder gets on its socket, whenever it comes. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import test, { type ExecutionContext } from "ava";
import type { Message } from "../../../server/rtmp/chunk-reader.js";
import { videoKind } from "../../../server/rtmp/flv.js";
import { openRelay, type Relay } from "../../../server/rtmp/relay.js";
import { createSession } from "../../../server/rtmp/session.js";
import { makeFolder } from "../../helpers/folder.js";
import { until } from "../../helpers/until.js";
import { inRoot } from "../../helpers/root.js";

const CAPTURE = readFileSync(inRoot("test/media/push.rtmp"));
const run = promisify(execFile);

const messages = (t: ExecutionContext): Message[] => {
  const found: Message[] = [];
  const session = createSession({
    write: () => undefined,
    publish: () => ({ media: (it) => found.push(it), end: () => undefined }),
  });
  t.throws(() => session.push(CAPTURE));
  return found;
};

const open = async (
  t: ExecutionContext,
): Promise<{ relay: Relay; path: string; folder: string }> => {
  const folder = await makeFolder(t);
  const path = join(folder, "socket");
  const relay = await openRelay(path);
  t.teardown(() => relay.close());
  return { relay, path, folder };
};

const read = (path: string) => {
  const socket = connect(path);
  const got: Buffer[] = [];
  socket.on("data", (part: Buffer) => got.push(part));
  socket.on("error", () => undefined);
  const ended = new Promise<void>((resolve) => socket.once("close", resolve));
  return { socket, ended, bytes: () => Buffer.concat(got) };
};

/** As `read`, when the header has come. */
const readHeader = async (path: string) => {
  const reader = read(path);
  await until({
    what: "the header has come",
    read: () => reader.bytes().length,
    accept: (length) => length > 0,
  });
  return reader;
};

/** Streams and their packets, as ffprobe counts them. */
const probe = async (folder: string, bytes: Buffer) => {
  const file = join(folder, "got.flv");
  await writeFile(file, bytes);
  const { stdout } = await run("ffprobe", [
    ...["-v", "error", "-count_packets", "-show_entries"],
    ...["stream=codec_name,width,nb_read_packets:packet=pts_time,flags"],
    ...["-of", "json", file],
  ]);
  return JSON.parse(stdout) as {
    streams: { codec_name: string; width?: number; nb_read_packets: string }[];
    packets: { pts_time: string; flags: string }[];
  };
};

test("who is there from the beginning gets everything, as FLV", async (t) => {
  const { relay, path, folder } = await open(t);
  relay.begin();
  const reader = await readHeader(path);
  for (const message of messages(t)) relay.media(message);
  relay.end();
  await reader.ended;
  const { streams } = await probe(folder, reader.bytes());
  const kinds = streams.map((it) => `${it.codec_name} ${it.nb_read_packets}`);
  t.true(kinds.includes("h264 5"), String(kinds));
  t.true(
    kinds.some((it) => /^aac 4[789]$/.test(it)),
    String(kinds),
  );
});

test("who comes late begins with the last key frame", async (t) => {
  const { relay, path, folder } = await open(t);
  relay.begin();
  for (const message of messages(t)) relay.media(message);
  const reader = read(path);
  await until({
    what: "something has come",
    read: () => reader.bytes().length,
    accept: (length) => length > 1_000,
  });
  relay.end();
  await reader.ended;
  const { streams } = await probe(folder, reader.bytes());
  t.like(
    streams.find((it) => it.codec_name === "h264"),
    { width: 64, nb_read_packets: "5" },
  );
});

for (const [what, bytes, kind] of [
  ["a key frame of AVC", [0x17, 1], "key"],
  ["what AVC is set up with", [0x17, 0], "config"],
  ["the end of AVC", [0x17, 2], "other"],
  ["another picture of AVC", [0x27, 1], "other"],
  ["a key frame of H.263", [0x12, 0], "key"],
  ["what HEVC is set up with", [0x90, 0x68], "config"],
  ["a key frame of HEVC", [0x91, 0x68], "key"],
  ["one without an offset", [0x93, 0x68], "key"],
  ["the end of HEVC", [0x92, 0x68], "other"],
  ["another picture of HEVC", [0xa1, 0x68], "other"],
] as const)
  test(`${what} is known`, (t) => {
    t.is(videoKind(Uint8Array.from(bytes)), kind);
  });

test("while nobody pushes whoever comes is sent away", async (t) => {
  const { relay, path } = await open(t);
  const before = read(path);
  await before.ended;
  relay.begin();
  for (const message of messages(t)) relay.media(message);
  relay.end();
  const after = read(path);
  await after.ended;
  t.is(before.bytes().length + after.bytes().length, 0);
});

/** As large as a message may be, nearly. */
const picture = (isKey: boolean): Message => {
  const tag = Buffer.alloc(11 + (3 << 20) + 4);
  const payload = tag.subarray(11, -4);
  payload[0] = isKey ? 0x17 : 0x27;
  payload[1] = 1;
  return { type: 9, time: 0, tag, payload };
};

test("a reader that does not read is cut off", async (t) => {
  const { relay, path } = await open(t);
  relay.begin();
  const reader = await readHeader(path);
  reader.socket.pause();
  for (let i = 0; i < 10; i++) relay.media(picture(i === 0));
  reader.socket.resume();
  await reader.ended;
  t.true(reader.bytes().length < 5 * (3 << 20));
});

test("of endless pictures without a key frame no more than 8 MB are kept", async (t) => {
  const { relay, path } = await open(t);
  relay.begin();
  for (let i = 0; i < 10; i++) relay.media(picture(i === 0));
  const reader = await readHeader(path);
  relay.media(picture(false));
  t.is(reader.bytes().length, 13);
  relay.media(picture(true));
  relay.end();
  await reader.ended;
  t.is(reader.bytes().length, 13 + picture(true).tag.length);
});
