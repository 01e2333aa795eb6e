/** What senders of Opus may do to save bits, and what is made of it. */
import test, { registerCompletionHandler, type ExecutionContext } from "ava";
import { createOpusEncoder } from "../../../mixer/audio/opus.js";
import { createIngest } from "../../../mixer/ingest/ingest.js";
import type { AudioBlock } from "../../../mixer/ingest/wrtc.js";
import { TICK_SAMPLES } from "../../../mixer/media.js";
import { createPublisher, PAYLOAD_TYPE } from "../../bench/load/peers.js";
import { createRtpSender } from "../../bench/load/rtp.js";
import { sine } from "../../helpers/tone.js";
import { until } from "../../helpers/until.js";

// wrtc's threads would keep the process.
registerCompletionHandler(() => process.exit());

const HZ = 600;
const BEEP_TICKS = 10;
/** A beep, and silence, of which a sender with DTX tells at first and then once in 400 ms; ticks. */
const PERIOD = 60;
const TOLD = 3;
const TOLD_EVERY = 20;
const BEEPS = 6;
/** Opus: a packet of 20 ms without a frame. */
const NO_FRAME = Buffer.of(0x48);

const open = async (
  t: ExecutionContext,
  onAudio: (block: AudioBlock) => void,
) => {
  const ingest = createIngest({
    ice: {
      mediaAddresses: [],
      mediaPorts: { min: 20_000, max: 40_000 },
      iceServers: [],
    },
    sendsStereo: () => false,
    stereo: () => false,
    videoBitrate: 100_000,
    onAudio,
    onVideo: () => undefined,
    onState: () => undefined,
    onRenewed: () => undefined,
  });
  const peer = createPublisher("dtx", { audio: 4711 });
  t.teardown(() => {
    peer.close();
    ingest.close();
  });
  const answer = await ingest.answer(await peer.offer());
  peer.accept(answer);
  await peer.open;
  const sender = createRtpSender(
    { ssrc: 4711, payloadType: PAYLOAD_TYPE.opus },
    (packet) => void peer.tracks[0]!.sendMessageBinary(packet),
  );
  return { answer, sender };
};

/** All packets of a sender with DTX, by the tick in which they are sent. */
const encode = (): Map<number, Buffer> => {
  const encoder = createOpusEncoder();
  const packets = new Map<number, Buffer>();
  for (let tick = 0; tick < BEEPS * PERIOD; tick++) {
    const at = tick % PERIOD;
    const beeps = at < BEEP_TICKS;
    const samples = beeps
      ? sine(HZ, { from: at * TICK_SAMPLES, count: TICK_SAMPLES, level: -6 })
      : new Int16Array(TICK_SAMPLES);
    const packet = encoder.encode(samples)!;
    const quiet = at - BEEP_TICKS;
    if (quiet < TOLD) packets.set(tick, packet);
    else if (quiet % TOLD_EVERY === TOLD) packets.set(tick, NO_FRAME);
  }
  encoder.close();
  return packets;
};

const isLoud = ({ samples }: AudioBlock): boolean =>
  samples.some((sample) => Math.abs(sample) > 3000);

test.serial("a sender that leaves silence out shifts no time", async (t) => {
  const heard: number[] = [];
  let blocks = 0;
  let loudAt = -Infinity;
  const { sender } = await open(t, (block) => {
    blocks++;
    if (!isLoud(block)) return;
    if (blocks - loudAt > 20) heard.push(performance.now());
    loudAt = blocks;
  });
  const packets = encode();
  const sent: number[] = [];
  const [start, first] = [performance.now(), blocks];
  const timer = setInterval(() => {
    for (const [tick, packet] of packets) {
      if (start + 20 * tick > performance.now()) break;
      packets.delete(tick);
      if (tick % PERIOD === 0) sent.push(performance.now());
      sender.sound(packet, tick * TICK_SAMPLES);
    }
  }, 5);
  t.teardown(() => clearInterval(timer));
  await until({
    what: "all is heard",
    read: () => heard.length,
    accept: (count) => count >= BEEPS,
    within: 20_000,
  });
  const delays = heard.map((at, beep) => at - sent[beep]!);
  const rate = (blocks - first) / ((performance.now() - start) / 1000);
  t.log(
    `heard after ${delays.map((ms) => ms.toFixed(0)).join(", ")} ms; ${rate.toFixed(1)} blocks a second`,
  );
  const settled = delays.slice(1);
  // What is not sent is 0.85 s in each of them; the rest is the jitter of a busy machine.
  t.true(Math.max(...settled) - Math.min(...settled) < 400);
  t.true(Math.max(...settled) < 500);
  t.true(rate > 95 && rate < 105, "there are blocks in silence too");
});

test.serial("senders are asked for FEC, and not for DTX", async (t) => {
  const { answer } = await open(t, () => undefined);
  t.regex(answer, /^a=fmtp:111 .*useinbandfec=1/m);
  t.notRegex(answer, /usedtx=1/);
});
