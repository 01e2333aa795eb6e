/** What outsiders are told of the picture by the whole server: which encoder makes it, and how much a sender may send. */
import test, { registerCompletionHandler, type ExecutionContext } from "ava";
import { encodeCamera, encodeVoice } from "../bench/load/clips.js";
import { sendOn } from "../bench/load/participant.js";
import {
  createPublisher,
  createSubscriber,
  PAYLOAD_TYPE,
  type Peer,
  type Wanted,
} from "../bench/load/peers.js";
import { createRtpSender } from "../bench/load/rtp.js";
import { median } from "../helpers/median.js";
import { startServer, type Server } from "../helpers/server.js";
import { until } from "../helpers/until.js";

// libdatachannel's threads may keep a process for ever.
registerCompletionHandler(() => process.exit());

const SSRC = 1000;
const CAMERA = { width: 320, height: 180, fps: 30, bitrate: 300_000 };

/** Offers by WHIP or WHEP; the connection is closed with the test. */
const exchange = async (
  t: ExecutionContext,
  peer: Peer,
  url: string,
  token?: string,
) => {
  t.teardown(peer.close);
  const headers: Record<string, string> = { "Content-Type": "application/sdp" };
  if (token !== undefined) headers.Authorization = `Bearer ${token}`;
  const body = await peer.offer();
  const response = await fetch(url, { method: "POST", headers, body });
  const answer = await response.text();
  t.is(response.status, 201, answer);
  peer.accept(answer);
  await peer.open;
  return { answer, headers: response.headers };
};

const PACKET_MS = 20;

/** All tests here send the same, which is encoded once: they run side by side. */
const clips = Promise.all([encodeVoice(true, 330), encodeCamera(CAMERA)]);

const speak = async (t: ExecutionContext, { tracks }: Peer): Promise<void> => {
  const [packets] = await clips;
  const stream = { ssrc: SSRC, payloadType: PAYLOAD_TYPE.opus };
  const { sound } = createRtpSender(stream, sendOn(tracks[0]!));
  let n = 0;
  const start = performance.now();
  const timer = setInterval(() => {
    for (; n * PACKET_MS < performance.now() - start; n++)
      sound(packets[n % packets.length]!, n * 48 * PACKET_MS);
  }, PACKET_MS / 2);
  t.teardown(() => clearInterval(timer));
};

/** A camera and a voice by WHIP, which send until the test ends. */
const sendCamera = async (t: ExecutionContext, { url }: Server) => {
  const peer = createPublisher("camera", { audio: SSRC, video: SSRC + 1 });
  const { answer, headers } = await exchange(t, peer, `${url}/whip/red`);
  const [, frames] = await clips;
  const track = peer.tracks[1]!;
  const stream = { ssrc: SSRC + 1, payloadType: PAYLOAD_TYPE.vp8 };
  const sender = createRtpSender(stream, sendOn(track));
  let n = 0;
  const timer = setInterval(() => {
    sender.picture(frames[n % frames.length]!, n * (90_000 / CAMERA.fps));
    n++;
  }, 1000 / CAMERA.fps);
  t.teardown(() => clearInterval(timer));
  await speak(t, peer);
  const id = headers.get("Location")!.split("/").at(-1)!;
  return { answer, track, id, token: headers.get("Tutti-Token")! };
};

type Listed = { quality?: { encoder: string } }[];

/** Somebody sends and watches the picture in this codec; resolves when the API names this encoder. */
const watchWith = async (
  t: ExecutionContext,
  server: Server,
  video: Wanted["video"],
  encoder: string,
): Promise<void> => {
  const { url } = server;
  const { id, token } = await sendCamera(t, server);
  const viewer = createSubscriber("viewer", { video });
  await exchange(t, viewer, `${url}/whep/red?participant=${id}`, token);
  await until({
    what: `${encoder} in the API`,
    read: async () => {
      const response = await fetch(`${url}/v1/rooms/red/participants`);
      return ((await response.json()) as Listed)[0]?.quality;
    },
    accept: (quality) => quality?.encoder === encoder,
  });
};

test("a named encoder that is not there is replaced by software, which the API, the metrics and the log say", async (t) => {
  const server = await startServer(t, {
    env: { TUTTI_ENCODER: "vaapi", TUTTI_LOG_LEVEL: "warn" },
  });
  await watchWith(t, server, "h264", "libx264");
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  t.regex(metrics, /^tutti_mixer_encoder_fallbacks_total\{[^}]*\} [1-9]/m);
  t.regex(server.log(), /h264_vaapi cannot open.*software encodes instead/);
  t.notRegex(server.log(), /a picture failed/);
});

test("AV1 goes to whoever asks for it where it is configured, and its encoder leaves the log alone", async (t) => {
  const server = await startServer(t, {
    env: { TUTTI_CODECS: "h264,av1", TUTTI_LOG_LEVEL: "warn" },
  });
  await watchWith(t, server, "av1", "libsvtav1");
  t.notRegex(server.log(), /svt/i);
});

const figure = async ({ url }: Server, name: string): Promise<number> => {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const [, value] = new RegExp(`^${name}\\S* (\\d+)`, "m").exec(metrics) ?? [];
  return Number(value);
};

/** Resolves when the mixer has encoded so many more pictures. */
const encodes = async (server: Server, more: number): Promise<void> => {
  const read = () => figure(server, "tutti_mixer_frames_encoded_total");
  const before = await read();
  await until({
    what: `${more} pictures`,
    read,
    accept: (count) => count >= before + more,
  });
};

test("changes of the layout restart no encoder and cost no key frame", async (t) => {
  const server = await startServer(t);
  await watchWith(t, server, "h264", "libx264");
  // What is asked for at the start is made.
  await encodes(server, 60);
  const keys = () => figure(server, "tutti_mixer_keyframes_total");
  const before = await keys();
  const regions = [{ x: 0.5, y: 0, width: 0.5, height: 1, fit: "blur" }];
  const layouts = [
    "speaker",
    "pip",
    { regions },
    "solo",
    "side-by-side",
    "grid",
  ];
  for (const layout of layouts) {
    const response = await fetch(`${server.url}/v1/rooms/red/layout`, {
      method: "PUT",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ layout }),
    });
    t.is(response.status, 200);
    await encodes(server, 10);
  }
  t.is(await keys(), before);
});

/** Ms of sound in each packet, and bits per second of Opus, of this many packets from the `skip`th on. */
const measureSound = async (
  { tracks }: Peer,
  { skip, count }: { skip: number; count: number },
) => {
  const sizes: number[] = [];
  const times: number[] = [];
  tracks[0]!.onMessage((packet) => {
    const type = packet[1]! & 0x7f;
    if (type !== PAYLOAD_TYPE.opus) return;
    const words = packet[0]! & 0x10 ? 1 + packet.readUInt16BE(14) : 0;
    sizes.push(packet.length - 12 - 4 * words);
    times.push(packet.readUInt32BE(4) / 48);
  });
  await until({
    what: `${skip + count} packets of sound`,
    read: () => sizes.length,
    accept: (got) => got > skip + count,
  });
  const counted = times.slice(skip, skip + count + 1);
  const steps = counted.slice(1).map((time, at) => time - counted[at]!);
  // Not their mean: a mixer that a busy machine has held up leaves some out.
  const packet = median(steps);
  const bytes = sizes.slice(skip, skip + count).reduce((a, b) => a + b);
  return { packet, rate: (8000 * bytes) / (count * packet) };
};

for (const [rendition, packet, most] of [
  ["audio", 60, 26_000],
  ["slides", 60, 26_000],
  ["low", 20, 60_000],
] as const)
  test(`sound with rendition=${rendition} takes at most ${most / 1000} kbit/s`, async (t) => {
    const server = await startServer(t);
    await sendCamera(t, server);
    const viewer = createSubscriber("viewer", { video: "h264" });
    const url = `${server.url}/whep/red?rendition=${rendition}`;
    await exchange(t, viewer, url);
    const found = await measureSound(viewer, { skip: 20, count: 50 });
    t.log(`${Math.round(found.rate / 1000)} kbit/s`);
    t.is(Math.round(found.packet), packet);
    t.true(found.rate < most && found.rate > most / 4);
  });

/** Bits per second of each REMB in a compound packet (draft-alvestrand-rmcat-remb). */
const estimatesIn = (packet: Buffer): number[] => {
  const found: number[] = [];
  for (let at = 0; at + 4 <= packet.length;) {
    const [format, type] = [packet[at]! & 31, packet[at + 1]!];
    if (type === 206 && format === 15) {
      const exponent = packet[at + 17]! >> 2;
      const mantissa = packet.readUIntBE(at + 17, 3) & 0x3ffff;
      found.push(mantissa * 2 ** exponent);
    }
    at += 4 * (packet.readUInt16BE(at + 2) + 1);
  }
  return found;
};

test("a sender that knows no hints is limited by the answer's bitrate and by REMB", async (t) => {
  const server = await startServer(t);
  const { answer, track } = await sendCamera(t, server);
  const estimates: number[] = [];
  track.onMessage((packet) => estimates.push(...estimatesIn(packet)));
  t.regex(answer, /^m=video[^]*^b=TIAS:2500000\r$/m);
  t.regex(answer, /^a=rtcp-fb:\d+ goog-remb\r$/m);
  await until({
    what: "a REMB",
    read: () => estimates.length,
    accept: (count) => count > 0,
  });
  t.log(`${estimates.join(", ")} bit/s`);
  t.true(Math.max(...estimates) < 2_500_000);
});
