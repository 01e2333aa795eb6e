import test from "ava";
import { decodeG711, encodeG711 } from "../../../mixer/audio/g711.js";
import { goertzel, rms, sine } from "../../helpers/tone.js";

const decodeAll = (law: "pcmu" | "pcma"): Int16Array => {
  const into = new Int16Array(256);
  decodeG711(
    law,
    Uint8Array.from({ length: 256 }, (_, i) => i),
    into,
  );
  return into;
};

/** From the tables of ITU-T G.711, in 16 bits, as ITU-T G.191 has them. */
const KNOWN = {
  pcmu: [
    [0x00, -32_124],
    [0x0f, -16_764],
    [0x70, -120],
    [0x7e, -8],
    [0x7f, 0],
    [0x80, 32_124],
    [0xfe, 8],
    [0xff, 0],
  ],
  pcma: [
    [0x00, -5504],
    [0x2a, -32_256],
    [0x55, -8],
    [0x54, -24],
    [0xaa, 32_256],
    [0xd5, 8],
    [0x80, 5504],
  ],
} as const;

for (const law of ["pcmu", "pcma"] as const) {
  test(`${law}: codes mean what the table says`, (t) => {
    const decoded = decodeAll(law);
    for (const [code, sample] of KNOWN[law]) t.is(decoded[code], sample);
  });

  test(`${law}: each code's sample is encoded as a code of the same sample`, (t) => {
    const decoded = decodeAll(law);
    const codes = new Uint8Array(256);
    encodeG711(law, decoded, [0, 256], [codes, 0]);
    const again = new Int16Array(256);
    decodeG711(law, codes, again);
    t.deepEqual(again, decoded);
  });

  test(`${law}: every sample comes back as the nearest or next to it`, (t) => {
    const samples = Int16Array.from({ length: 65_536 }, (_, i) => i - 32_768);
    const codes = new Uint8Array(65_536);
    encodeG711(law, samples, [0, 65_536], [codes, 0]);
    const back = new Int16Array(65_536);
    decodeG711(law, codes, back);
    const wrong = samples.filter(
      (sample, i) =>
        Math.abs(sample - back[i]!) > Math.max(16, Math.abs(sample) / 26),
    );
    t.is(wrong.length, 0);
  });

  test(`${law}: a tone keeps 35 dB over its noise`, (t) => {
    const samples = sine(1000, { count: 8000, rate: 8000, level: -10 });
    const codes = new Uint8Array(8000);
    encodeG711(law, samples, [0, 8000], [codes, 0]);
    const back = new Int16Array(8000);
    decodeG711(law, codes, back);
    const noise = back.map((sample, i) => sample - samples[i]!);
    const ratio = goertzel(back, 8000, 1000) - 3 - rms(noise);
    t.true(ratio > 35, `${ratio} dB`);
  });
}
