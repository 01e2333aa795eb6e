import test from "ava";
import { createAacEncoder, type AacUnit } from "../../../mixer/audio/aac.js";
import { TICK, TICK_SAMPLES } from "../../../mixer/media.js";
import { decodeAudio } from "../../helpers/decode.js";
import { gaps, goertzel, largestBend, sine } from "../../helpers/tone.js";

const START = 7_000_000;

/** Encodes a tone for some ticks, leaving out those that `left` names. */
const record = (
  ticks: number,
  {
    channels = 1,
    left = () => false,
  }: { channels?: 1 | 2; left?: (tick: number) => boolean } = {},
): { units: AacUnit[]; extradata: Buffer } => {
  const encoder = createAacEncoder({ channels });
  const units: AacUnit[] = [];
  for (let tick = 0; tick < ticks; tick++) {
    if (left(tick)) continue;
    const from = tick * TICK_SAMPLES;
    const samples = sine(440, { from, count: TICK_SAMPLES, level: -20 });
    units.push(...encoder.encode(samples, START + tick * TICK));
  }
  units.push(...encoder.flush());
  encoder.close();
  return { units, extradata: encoder.extradata };
};

const decode = ({ units, extradata }: ReturnType<typeof record>): Int16Array =>
  decodeAudio(
    "aac",
    units.map(({ data }) => data),
    extradata,
  );

for (const channels of [1, 2] as const)
  test(`a tone goes through AAC with ${channels} channels, whole`, (t) => {
    const recorded = record(100, { channels });
    const heard = decode(recorded).subarray(9600, 90_000);
    t.true(Math.abs(goertzel(heard, 48_000, 440) + 20) < 0.5);
    t.deepEqual(gaps(heard), []);
    t.true(largestBend(heard) < 100);
    t.is(recorded.extradata[0]! >> 3, 2, "AAC-LC");
    t.is((recorded.extradata[1]! >> 3) & 15, channels);
  });

test("units are 1024 samples apart from the encoder's lead-in on, and on the ticks' clock", (t) => {
  const { units } = record(100);
  t.true(units.length >= 95 && units.length <= 96);
  units.forEach(({ position, pts, key }, i) => {
    t.is(position, (i - 1) * 1024);
    t.is(pts, START + Math.round((position * 1_000_000) / 48_000));
    t.true(key);
  });
});

test("ticks that were left out are silence of the same length", (t) => {
  const recorded = record(150, { left: (tick) => tick >= 50 && tick < 75 });
  const { units } = recorded;
  t.is(units.at(-1)!.position, record(150).units.at(-1)!.position);
  const heard = decode(recorded);
  const [gap] = gaps(heard.subarray(9600), { atLeast: 4800, quiet: 30 });
  t.true(Math.abs(gap!.length - 25 * TICK_SAMPLES) < 2048);
  t.true(Math.abs(gap!.start + 9600 - 1024 - 50 * TICK_SAMPLES) < 1100);
});

test("after a pause of a minute the times jump, and agree with the clock again", (t) => {
  const { units } = record(3100, { left: (tick) => tick >= 50 && tick < 3050 });
  t.true(units.length < 110);
  const end = units.at(-1)!.position + 1024;
  t.true(Math.abs(end - 3100 * TICK_SAMPLES) <= 2048);
});

test("a flush with nothing inside, after another and after close is nothing", (t) => {
  const encoder = createAacEncoder();
  t.true(encoder.flush().length <= 1);
  t.deepEqual(encoder.flush(), []);
  encoder.close();
  encoder.close();
  t.deepEqual(encoder.flush(), []);
  t.throws(() => encoder.encode(new Int16Array(TICK_SAMPLES), 0), {
    message: /closed/,
  });
  const halfway = createAacEncoder();
  halfway.encode(new Int16Array(TICK_SAMPLES), 0);
  halfway.close();
  t.deepEqual(halfway.flush(), []);
});

test("wrong options are refused", (t) => {
  t.throws(() => createAacEncoder({ channels: 3 as never }), {
    instanceOf: TypeError,
  });
  t.throws(() => createAacEncoder({ bitrate: 1 }), { instanceOf: TypeError });
});
