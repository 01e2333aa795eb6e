/** What lean sound leaves of places in a stereo room, with real speech. */
import test from "ava";
import { createOpusDecoder } from "../../../mixer/audio/opus-decoder.js";
import { panGain } from "../../../mixer/audio/pan.js";
import { RTP_HEADER } from "../../../mixer/egress/rtp.js";
import { SoundRendition } from "../../../mixer/room/sound-rendition.js";
import { openLeg } from "../../helpers/leg.js";
import { speech } from "../../helpers/sounds.js";

const TICK = 20_000;
const SAMPLES = 960;
const TICKS = 300;
const said = speech("0880");

/** By how much the right channel is louder than the left, dB, of a voice at `place` as a listener gets it. */
const balanceOf = (place: number, lost: number): number => {
  const rendition = new SoundRendition(2);
  const { leg, sent } = openLeg();
  leg.lean = true;
  // More is believed when it is said twice.
  for (const at of [0, TICK]) leg.shield.report(lost, at);
  rendition.add(leg);
  const gains = [0, 1].map((channel) => panGain(place, channel, false));
  for (let tick = 0; tick < TICKS; tick++)
    rendition.write(
      Int16Array.from({ length: 2 * SAMPLES }, (_, i) =>
        Math.round(said[tick * SAMPLES + (i >> 1)]! * gains[i % 2]!),
      ),
      tick * TICK,
    );
  rendition.close();
  const decoder = createOpusDecoder(2);
  const energy = [1, 1];
  for (const packet of sent)
    decoder
      .decode(packet.subarray(RTP_HEADER))
      ?.forEach((sample, i) => (energy[i % 2]! += sample * sample));
  decoder.close();
  return 10 * Math.log10(energy[1]! / energy[0]!);
};

for (const { lost, most, apart } of [
  { lost: 0, most: 1, apart: 40 },
  { lost: 0.08, most: 2, apart: 18 },
])
  test(`lean sound keeps places, at ${100 * lost} % of loss: within ${most} dB, and the sides ${apart} dB apart`, (t) => {
    const right = balanceOf(0.5, lost);
    const left = balanceOf(-1, lost);
    const middle = balanceOf(0, lost);
    t.log({ right, left, middle });
    const meant = 20 * Math.log10(0.9239 / 0.3827);
    t.true(Math.abs(right - meant) < most);
    t.true(left < -apart);
    t.true(Math.abs(middle) < 0.3);
  });
