import test from "ava";
import { createOpusEncoder } from "../../../mixer/audio/opus.js";
import { createOpusDecoder } from "../../../mixer/audio/opus-decoder.js";
import { isOpusPacket } from "../../../mixer/audio/opus-packet.js";
import { goertzel, join, sine } from "../../helpers/tone.js";

for (const channels of [1, 2] as const)
  test(`what was encoded is decoded, on ${channels} channels`, (t) => {
    const [encoder, decoder] = [
      createOpusEncoder(),
      createOpusDecoder(channels),
    ];
    const blocks: Int16Array[] = [];
    for (let n = 0; n < 50; n++) {
      const packet = encoder.encode(sine(440, { from: n * 960, count: 960 }))!;
      t.true(isOpusPacket(packet));
      blocks.push(decoder.decode(packet)!.slice());
    }
    const all = join(blocks);
    t.is(all.length, 50 * 960 * channels);
    const first = all.filter((_, i) => i % channels === 0);
    t.true(Math.abs(goertzel(first, 48_000, 440) + 20) < 1);
    encoder.close();
    decoder.close();
    decoder.close();
    t.is(decoder.decode(Buffer.of(0xf8)), undefined);
  });

for (const [what, bytes] of [
  ["nothing", []],
  ["two frames of unequal halves", [0x01, 1, 2, 3, 4, 5, 6, 7].slice(0, 4)],
  ["a length beyond the end", [0x02, 200, 1, 2]],
  ["half a length", [0x02, 253]],
  ["many frames without a count", [0x03]],
  ["no frames", [0x03, 0]],
  ["more than 120 ms", [0x1b, 3, 1, 1, 1]],
  ["more padding than packet", [0x03, 0x41, 200, 1]],
  ["frames that do not share the bytes", [0x03, 2, 1, 2, 3]],
  ["lengths beyond the end", [0x03, 0x82, 100, 1]],
] as const)
  test(`${what} is no packet`, (t) => {
    t.false(isOpusPacket(Uint8Array.from(bytes)));
  });

test("whatever the check lets through, the decoder takes", (t) => {
  const decoder = createOpusDecoder(1);
  let [state, taken] = [7, 0];
  const random = (): number =>
    (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 24;
  for (let n = 0; n < 3000; n++) {
    const data = Buffer.from(Array.from({ length: n % 40 }, random));
    if (!isOpusPacket(data)) continue;
    taken++;
    t.truthy(decoder.decode(data), data.toString("hex"));
  }
  t.true(taken > 500);
  decoder.close();
});
