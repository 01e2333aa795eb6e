/** What the mix itself adds to the way of a voice, and what of it comes back to who speaks: in this process, on its real clock. */
import { setTimeout as delay } from "node:timers/promises";
import { createAudioMix } from "../../mixer/audio/mix.js";
import { createOpusDecoder } from "../../mixer/audio/opus-decoder.js";
import { now } from "../../mixer/clock.js";
import { createCounters } from "../../mixer/counters.js";
import { Leg } from "../../mixer/egress/leg.js";
import { RTP_HEADER } from "../../mixer/egress/rtp.js";
import { TICK, TICK_SAMPLES } from "../../mixer/media.js";
import { createLoad } from "../../mixer/room/load.js";
import { createPulse } from "../../mixer/room/pulse.js";
import { Sound } from "../../mixer/room/sound.js";
import { FIELDS } from "../helpers/leg.js";
import { goertzel, join, sine } from "../helpers/tone.js";
import { percentile, print } from "./figures.js";

const BLOCK = 480;
const BLOCK_MS = 10;
/** Of libopus, both ways together. */
const CODEC_DELAY = 312;
/** No multiple of a tick: pips begin anywhere in one. */
const PIP_EVERY = 7003;
const PIP = 480;
const QUIET = 2000;
const LOUD = 6000;

/** A hum, which nothing gates, and over it 10 ms of tone now and then. */
const pips = (from: number): Int16Array => {
  const block = sine(200, { from, count: BLOCK, level: -40 });
  for (let i = 0; i < BLOCK; i++) {
    const at = (from + i) % PIP_EVERY;
    if (at < PIP && from + i >= 2 * PIP_EVERY)
      block[i]! += Math.round(16_000 * Math.sin((2 * Math.PI * at) / 48));
  }
  return block;
};

/** Whether a pip begins in the block that begins at sample `from`. */
const beginsIn = (from: number): boolean => {
  const next = Math.ceil(from / PIP_EVERY) * PIP_EVERY;
  return next > PIP_EVERY && next < from + BLOCK;
};

type Sent = { at: number; payload: Buffer };

const openRoom = (participants: number) => {
  const counters = createCounters();
  const sound = new Sound(counters, createLoad(), () => undefined);
  const sent: Sent[] = [];
  for (let n = 0; n < participants; n++) {
    sound.mix.add(`p${n}`);
    const wire = {
      isOpen: () => true,
      send: (packet: Buffer) => {
        // Everybody's is copied, as a socket does; the second one's is looked at.
        const payload = Buffer.from(packet.subarray(RTP_HEADER));
        if (n === 1) sent.push({ at: performance.now(), payload });
        return true;
      },
    };
    sound.addLeg(new Leg(wire, { ...FIELDS, ssrc: n + 1 }, counters), `p${n}`);
  }
  return { sound, sent };
};

/** Feeds everybody's blocks when they are due, as ingests do. Returns when each pip came. */
const feed = async (
  sound: Sound,
  participants: number,
  seconds: number,
): Promise<number[]> => {
  const came: number[] = [];
  const start = performance.now();
  const others = sine(300, { count: BLOCK * 10, level: -44 });
  let from = 0;
  const timer = setInterval(() => {
    for (; start + from / 48 + BLOCK_MS <= performance.now(); from += BLOCK) {
      if (beginsIn(from)) came.push(performance.now());
      sound.mix.write("p0", pips(from), 48_000, 1, now());
      for (let n = 1; n < participants; n++) {
        // Each at another place of the wave, or they would be one loud tone.
        const at = (from + BLOCK * n + 13 * n) % (9 * BLOCK);
        const block = others.subarray(at, at + BLOCK);
        sound.mix.write(`p${n}`, block, 48_000, 1, now());
      }
    }
  }, BLOCK_MS);
  await delay(1000 * seconds);
  clearInterval(timer);
  return came;
};

/** When the packets left in which pips begin. */
const departures = (sent: readonly Sent[]): number[] => {
  const decoder = createOpusDecoder(1);
  const heard = join(
    sent.map(({ payload }) =>
      Int16Array.from(decoder.decode(payload) ?? new Int16Array(TICK_SAMPLES)),
    ),
  );
  decoder.close();
  const found: number[] = [];
  let quiet = 0;
  heard.forEach((sample, at) => {
    if (Math.abs(sample) < LOUD) return void quiet++;
    const packet = Math.floor((at - CODEC_DELAY) / TICK_SAMPLES);
    if (quiet > QUIET && sent[packet] !== undefined)
      found.push(sent[packet].at);
    quiet = 0;
  });
  return found;
};

/** From the block of a voice to the packet with it, ms. */
const measureDelay = async (
  participants: number,
  seconds: number,
): Promise<number[]> => {
  const { sound, sent } = openRoom(participants);
  const pulse = createPulse({
    isNeeded: () => running,
    onTick: (due, late) => sound.tick(due, late),
    onSkip: () => undefined,
    onIdle: () => undefined,
    duties: [],
  });
  let running = true;
  pulse.refresh();
  const came = await feed(sound, participants, seconds);
  running = false;
  pulse.refresh();
  sound.close();
  return departures(sent).flatMap((at) => {
    const pip = came.findLast((time) => time <= at);
    return pip === undefined ? [] : [at - pip];
  });
};

const TONES = [440, 660, 880];

/** What the first of three hears, and what the second does. */
const listenAt = (channels: 1 | 2, gain: number, place: number) => {
  const mix = createAudioMix(channels);
  TONES.forEach((_, n) => mix.add(`p${n}`));
  mix.setGain("p0", gain);
  mix.setPlace("p0", place);
  const [own, others]: [Int16Array[], Int16Array[]] = [[], []];
  for (let tick = 0; tick < 100; tick++) {
    const from = tick * TICK_SAMPLES;
    TONES.forEach((hz, n) => {
      const voice = sine(hz, { from, count: TICK_SAMPLES, level: -24 });
      mix.write(`p${n}`, voice, 48_000, 1, tick * TICK);
    });
    mix.tick(tick * TICK);
    own.push(mix.listen("p0").samples.slice());
    others.push(mix.listen("p1").samples.slice());
  }
  return { own: join(own), others: join(others) };
};

/** How loud one's own voice is in one's mix beside what the others hear of it, dB, at the worst gain and place. */
const measureOwn = (channels: 1 | 2): number => {
  const found: number[] = [];
  for (const gain of [0.1, 0.7, 1, 3.3, 4])
    for (const place of [-1, -0.3, 0, 0.77]) {
      const { own, others } = listenAt(channels, gain, place);
      // As loud as it is on both sides together.
      const level = (samples: Int16Array): number => {
        const sides = Array.from({ length: channels }, (_, side) =>
          samples.filter((_, i) => i % channels === side),
        );
        const levels = sides.map((it) =>
          goertzel(it.subarray(48_000), 48_000, TONES[0]!),
        );
        return Math.max(...levels);
      };
      found.push(level(own) - level(others));
    }
  return Math.max(...found);
};

/** Prints both. */
export const reportDelay = async (
  participants: number,
  seconds: number,
): Promise<void> => {
  const delays = await measureDelay(participants, seconds);
  print(
    `Added by the mix of ${participants}, all in it, from a voice's block to the packet: p50 ${percentile(delays, 0.5).toFixed(1)} ms, p99 ${percentile(delays, 0.99).toFixed(1)} ms, of ${delays.length}`,
  );
  const [mono, stereo] = [measureOwn(1), measureOwn(2)];
  print(
    `One's own voice in one's mix, beside what others hear of it: mono ${mono.toFixed(0)} dB, stereo ${stereo.toFixed(0)} dB or less`,
  );
};
