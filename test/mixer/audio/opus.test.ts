import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import test from "ava";
import {
  createOpusEncoder,
  type OpusEncoderOptions,
} from "../../../mixer/audio/opus.js";
import { createResampler } from "../../../mixer/audio/resample.js";
import { TICK_SAMPLES } from "../../../mixer/media.js";
import { decodeAudio } from "../../helpers/decode.js";
import { goertzel, parseWav, rms, sine } from "../../helpers/tone.js";
import { inRoot } from "../../helpers/root.js";

const speech = ((): Int16Array => {
  const file = inRoot("test/media/speech-0880.wav");
  const { samples, rate, channels } = parseWav(readFileSync(file));
  return createResampler().resample(samples, rate, channels).slice();
})();

const encode = (
  samples: Int16Array,
  options: OpusEncoderOptions = {},
): (Buffer | undefined)[] => {
  const encoder = createOpusEncoder(options);
  const packets: (Buffer | undefined)[] = [];
  for (let at = 0; at + TICK_SAMPLES <= samples.length; at += TICK_SAMPLES)
    packets.push(encoder.encode(samples.subarray(at, at + TICK_SAMPLES)));
  encoder.close();
  return packets;
};

const sent = (packets: (Buffer | undefined)[]): Buffer[] =>
  packets.filter((packet) => packet !== undefined);

const kbps = (packets: (Buffer | undefined)[]): number =>
  (sent(packets).reduce((sum, { length }) => sum + length, 0) * 8) /
  (packets.length * 20);

/** RFC 6716: configurations under 16 have a SILK part, whose second bit (mono, 20 ms) says that it repeats the packet before. */
const hasFec = (packet: Buffer): boolean =>
  packet[0]! >> 3 < 16 && (packet[1]! & 0x40) !== 0;

const fecShare = (packets: Buffer[]): number =>
  packets.filter(hasFec).length / packets.length;

test("a tone goes through Opus: one packet a tick, its level within 1 dB", (t) => {
  const signal = sine(440, { count: 96_000, level: -20 });
  const packets = sent(encode(signal));
  t.is(packets.length, 100);
  const heard = decodeAudio("libopus", packets).subarray(48_000);
  t.true(Math.abs(goertzel(heard, 48_000, 440) + 20) < 1);
  t.true(goertzel(heard, 48_000, 660) < -60);
});

test("a long steady tone stays: nothing takes it for noise", (t) => {
  const packets = sent(encode(sine(440, { count: 48_000 * 20, level: -20 })));
  const heard = decodeAudio("libopus", packets);
  t.true(Math.abs(goertzel(heard.subarray(-48_000), 48_000, 440) + 20) < 1);
});

test("every packet is 20 ms of one mono frame", (t) => {
  for (const packet of sent(encode(speech))) {
    t.true(packet.length > 2 && packet.length < 1200);
    t.is(packet[0]! & 0b111, 0, "mono, one frame");
  }
});

test("speech carries FEC, and none when it is off or no loss is expected", (t) => {
  t.true(fecShare(sent(encode(speech))) > 0.5);
  t.is(fecShare(sent(encode(speech, { fec: false }))), 0);
  t.is(fecShare(sent(encode(speech, { lossPercent: 0 }))), 0);
});

test("speech is as loud after Opus as before, less the rumble under 80 Hz", (t) => {
  const heard = decodeAudio("libopus", sent(encode(speech)));
  t.true(Math.abs(rms(heard) - rms(speech)) < 1);
});

test("the bitrate is kept: 24 kbit/s is half of 48", (t) => {
  const low = kbps(encode(speech, { bitrate: 24_000 }));
  const high = kbps(encode(speech, { bitrate: 48_000 }));
  t.true(low > 15 && low < 30, `${low}`);
  t.true(high > 35 && high < 55, `${high}`);
});

test("a packet that nobody wants is not made, and the next one is", (t) => {
  const encoder = createOpusEncoder({ ticks: 3 });
  const tick = new Int16Array(TICK_SAMPLES);
  const made = [false, false, true, false, false, false].map(
    (skip) => encoder.encode(tick, skip) !== undefined,
  );
  t.deepEqual(made, [false, false, false, false, false, true]);
  encoder.close();
});

test("each packet is the caller's own, whatever is encoded and collected after it", (t) => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const encoder = createOpusEncoder();
  const packets: Buffer[] = [];
  const copies: Buffer[] = [];
  for (let tick = 0; tick < 1000; tick++) {
    const from = tick * TICK_SAMPLES;
    const packet = encoder.encode(sine(440, { from, count: TICK_SAMPLES }))!;
    packets.push(packet);
    copies.push(Buffer.from(packet));
    if (tick % 20 === 0) collect();
  }
  encoder.close();
  collect();
  t.deepEqual(packets, copies);
  const heard = decodeAudio("libopus", packets);
  t.true(Math.abs(goertzel(heard.subarray(48_000), 48_000, 440) + 20) < 1);
});

test("closed twice is closed; encoding after it throws", (t) => {
  const encoder = createOpusEncoder();
  encoder.close();
  encoder.close();
  t.throws(() => encoder.encode(new Int16Array(TICK_SAMPLES)), {
    message: /closed/,
  });
});

test("encoders opened and closed leave no memory behind", (t) => {
  const cycle = (): void => {
    for (let i = 0; i < 100; i++) {
      const encoder = createOpusEncoder();
      encoder.encode(new Int16Array(TICK_SAMPLES));
      encoder.close();
    }
  };
  cycle();
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 5; i++) cycle();
  const grown = (process.memoryUsage().rss - before) / 2 ** 20;
  t.true(grown < 20, `500 encoders left ${grown.toFixed(1)} MB`);
});

const wrong: readonly OpusEncoderOptions[] = [
  { bitrate: 100 },
  { bitrate: Number.NaN },
  { complexity: 11 },
  { lossPercent: -1 },
];
for (const options of wrong)
  test(`refused: ${JSON.stringify(options)}`, (t) => {
    t.throws(() => createOpusEncoder(options), { instanceOf: TypeError });
  });
