import test from "ava";
import { Voice } from "../../../../mixer/ingest/rtp/voice.js";
import { TICK_SAMPLES } from "../../../../mixer/media.js";
import { goertzel, gaps, join, sine } from "../../../helpers/tone.js";

const CODEC = {
  name: "l16",
  rate: 48_000,
  channels: 1,
  payloadType: 97,
  ptime: 10,
} as const;

const payload = (n: number): Buffer => {
  const samples = sine(400, { from: n * 480, count: 480, level: -12 });
  return Buffer.from(samples.buffer).swap16();
};

/** A voice whose mix reads 20 ms at each tick, and nothing before 25 ms wait. */
const openVoice = () => {
  const heard: Int16Array[] = [];
  let held = 0;
  let playing = false;
  const voice = new Voice({
    codec: CODEC,
    held: () => held,
    write: (samples) => {
      heard.push(samples.slice());
      held += samples.length;
    },
  });
  let at = 0;
  return {
    voice,
    heard: () => join(heard),
    push: (n: number) => voice.push(n & 0xffff, payload(n), at),
    tick: () => {
      at += 20_000;
      voice.beforeTick(at);
      playing ||= held >= TICK_SAMPLES + 240;
      if (playing) held = Math.max(0, held - TICK_SAMPLES);
    },
  };
};

/** Packets two by two with a tick after each pair. */
const play = (
  it: ReturnType<typeof openVoice>,
  order: readonly (number | undefined)[],
): void => {
  for (const [i, n] of order.entries()) {
    if (n !== undefined) it.push(n);
    if (i % 2 === 1) it.tick();
  }
};

const run = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i);

test("packets in order are heard as they are", (t) => {
  const it = openVoice();
  play(it, run(0, 40));
  t.is(it.heard().length, 40 * 480);
  t.deepEqual(it.voice.counts, { lost: 0, late: 0, duplicate: 0 });
  t.true(goertzel(it.heard(), 48_000, 400) > -12.1);
});

test("over the wrap of the numbers too", (t) => {
  const it = openVoice();
  play(it, run(65_520, 65_560));
  t.is(it.heard().length, 40 * 480);
  t.is(it.voice.counts.lost, 0);
});

test("packets out of order are put in order", (t) => {
  const it = openVoice();
  // One more waits all the time, so that nothing runs dry meanwhile.
  play(it, [0, 1, 2, 3, 4, 5, ...[7, 6], ...[9, 10, 8, 11], ...run(12, 20)]);
  const straight = openVoice();
  play(straight, run(0, 20));
  t.deepEqual(it.heard(), straight.heard());
  t.deepEqual(it.voice.counts, { lost: 0, late: 0, duplicate: 0 });
});

test("duplicates are dropped", (t) => {
  const it = openVoice();
  play(it, [0, 1, 1, 2, 3, 2, 4, 5, 6, 7]);
  t.is(it.heard().length, 8 * 480);
  t.is(it.voice.counts.duplicate, 2);
});

test("a lost packet is made up in its time", (t) => {
  const it = openVoice();
  play(it, [...run(0, 20), undefined, ...run(21, 40)]);
  t.is(it.voice.counts.lost, 1);
  const heard = it.heard();
  // Nothing is shorter, and at most one made-up tick longer.
  t.true(heard.length >= 40 * 480 && heard.length <= 42 * 480);
  t.deepEqual(gaps(heard.subarray(0, 38 * 480)), []);
});

test("what comes after its time was made up counts as late", (t) => {
  const it = openVoice();
  const order = [...run(0, 20), undefined, ...run(21, 29), 20, ...run(29, 40)];
  play(it, order);
  t.is(it.voice.counts.late, 1);
  t.is(it.voice.counts.lost, 1);
});

test("silence that is not sent takes its time, and is not made up for long", (t) => {
  const it = openVoice();
  play(it, run(0, 20));
  const before = it.heard().length;
  for (let n = 0; n < 50; n++) it.tick();
  // 60 ms that die away, no more.
  t.true(it.heard().length - before <= 4 * TICK_SAMPLES);
  play(it, run(20, 40));
  t.is(it.voice.counts.lost, 0);
  t.true(it.heard().length <= before + 4 * TICK_SAMPLES + 20 * 480);
});

test("a sender that begins anew far away is followed from its second packet on", (t) => {
  const it = openVoice();
  play(it, [...run(0, 20), ...run(30_000, 30_020)]);
  t.is(it.voice.counts.lost, 0);
  t.true(it.heard().length >= 39 * 480);
});

test("garbage is nothing", (t) => {
  const it = openVoice();
  it.voice.push(0, Buffer.alloc(0), 0);
  it.voice.push(1, Buffer.alloc(1), 0);
  it.tick();
  t.is(it.heard().length, 0);
  it.voice.close();
  it.voice.close();
});
