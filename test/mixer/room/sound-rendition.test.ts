/** Two encodes of one mix, and legs that go over from one to the other while a tone plays. */
import test from "ava";
import { RTP_HEADER } from "../../../mixer/egress/rtp.js";
import { SoundRendition } from "../../../mixer/room/sound-rendition.js";
import { decodeAudio } from "../../helpers/decode.js";
import { consecutive, openLeg, type OpenedLeg } from "../../helpers/leg.js";

const TICK = 20_000;
const SAMPLES = 960;

const tone = (tick: number): Int16Array =>
  Int16Array.from({ length: SAMPLES }, (_, n) =>
    Math.round(
      8000 * Math.sin((2 * Math.PI * 440 * (tick * SAMPLES + n)) / 48_000),
    ),
  );

const open = () => {
  const rendition = new SoundRendition();
  let tick = 0;
  const play = (ticks: number): void => {
    for (let n = 0; n < ticks; n++, tick++)
      rendition.write(tone(tick), tick * TICK);
  };
  return { rendition, play };
};

const bytesOf = ({ sent }: OpenedLeg): number =>
  sent.reduce((total, packet) => total + packet.length - RTP_HEADER, 0);

test("lean sound is 24 kbit/s in a third of the packets", (t) => {
  const { rendition, play } = open();
  const [plenty, lean] = [openLeg(), openLeg()];
  lean.leg.lean = true;
  rendition.add(plenty.leg);
  rendition.add(lean.leg);
  t.is(rendition.encoders, 2);
  play(150);
  t.is(plenty.sent.length, 150);
  t.is(lean.sent.length, 50);
  t.true((bytesOf(lean) * 8) / 3 < 28_000);
  t.deepEqual(
    lean.timestamps().slice(0, 3),
    [0, 1, 2].map((n) => 3 * n * SAMPLES),
  );
  rendition.close();
});

test("who goes over to lean sound and back misses no sample and gets none twice", (t) => {
  const { rendition, play } = open();
  const [mover, other] = [openLeg(), openLeg()];
  other.leg.lean = true;
  rendition.add(mover.leg);
  rendition.add(other.leg);
  for (const [lean, ticks] of [
    [false, 7],
    [true, 11],
    [false, 13],
    [true, 20],
    [false, 9],
  ] as const) {
    mover.leg.lean = lean;
    play(ticks);
  }
  t.true(consecutive(mover.sequences()));
  const times = mover.timestamps();
  const steps = times.slice(1).map((time, n) => time - times[n]!);
  t.true(steps.includes(SAMPLES) && steps.includes(3 * SAMPLES));
  const lengths = mover.sent.map(
    (packet) =>
      decodeAudio("libopus", [packet.subarray(RTP_HEADER)]).length / SAMPLES,
  );
  for (const [n, step] of steps.entries())
    t.is(step, Math.round(lengths[n]!) * SAMPLES, `packet ${n}`);
  rendition.close();
});

test("an encode that nobody hears is closed, and all of them with the rendition", (t) => {
  const { rendition, play } = open();
  const { leg, sent } = openLeg();
  t.deepEqual([rendition.isHeard, rendition.encoders], [false, 0]);
  rendition.add(leg);
  play(3);
  leg.lean = true;
  play(3);
  t.is(rendition.encoders, 1);
  rendition.remove(leg);
  t.deepEqual([rendition.isHeard, rendition.encoders], [false, 0]);
  const before = sent.length;
  play(3);
  t.is(sent.length, before);
  rendition.add(leg);
  rendition.close();
  t.is(rendition.encoders, 0);
});
