/** What takes the place of an encoder that is not there, or that breaks. There is no GPU here: hardware always fails to open. */
import test from "ava";
import {
  createVideoEncoder,
  type EncoderChoice,
  type VideoEncoderOptions,
} from "../../../mixer/video/encoder.js";
import { encodersFor } from "../../../mixer/video/codecs.js";
import { openCore } from "../../../mixer/video/encoder-core.js";
import { allocatePicture } from "../../../mixer/video/picture-frame.js";
import { fillFrame, movingPicture } from "../../helpers/picture.js";
import { openVideoDecoder } from "../../helpers/video-decoder.js";

const BASE: VideoEncoderOptions = {
  codec: "h264",
  width: 320,
  height: 180,
  fps: 30,
  bitrate: 300_000,
};
const FRAME = 33_333;

const paint = (index: number) => {
  const { frame } = allocatePicture(BASE.width, BASE.height);
  fillFrame(frame, movingPicture(BASE.width, BASE.height, index));
  return frame;
};

/** Real encoders that fail from their n-th picture on (0 = they work); `opened` counts. */
const breaking = (after: readonly number[]) => {
  const opened: string[] = [];
  const freed: string[] = [];
  const open: typeof openCore = (options, settings) => {
    const core = openCore(options, { ...settings, upload: undefined });
    const limit = after[opened.length] ?? 0;
    opened.push(settings.encoder);
    let count = 0;
    return {
      ...core,
      encode: (frame, pts, key) => {
        if (limit > 0 && ++count >= limit)
          return Promise.reject(new Error("out of sessions"));
        return core.encode(frame, pts, key);
      },
      free: () => {
        freed.push(settings.encoder);
        core.free();
      },
    };
  };
  return { open, opened, freed };
};

for (const [encoder, tried] of [
  ["vaapi", [/^h264_vaapi cannot open: opening the VAAPI device/]],
  ["nvenc", [/^h264_nvenc cannot open: /]],
  ["auto", []],
  ["software", []],
] as [EncoderChoice, RegExp[]][])
  test(`${encoder} without a device is libx264, ${tried.length > 0 ? "with" : "without"} a reason`, async (t) => {
    const reasons: string[] = [];
    const onFallback = (reason: string): void => void reasons.push(reason);
    const made = createVideoEncoder({ ...BASE, encoder, onFallback });
    t.teardown(() => made.close());
    t.is(made.name, "libx264");
    t.is(reasons.length, tried.length);
    for (const [n, pattern] of tried.entries()) t.regex(reasons[n]!, pattern);
    t.true((await made.encode(paint(0), 0, { key: true }))!.key);
  });

test("a codec without hardware is software, whatever is named", (t) => {
  const made = createVideoEncoder({ ...BASE, codec: "vp8", encoder: "vaapi" });
  t.is(made.name, "libvpx");
  made.close();
});

test("hardware is tried before software, and all of it only by auto", (t) => {
  const names = (choice: EncoderChoice): string[] =>
    encodersFor("h264", choice).map(({ encoder }) => `${encoder}`);
  t.deepEqual(names("auto"), ["h264_vaapi", "h264_nvenc", "libx264"]);
  t.deepEqual(names("nvenc"), ["h264_nvenc", "libx264"]);
  t.deepEqual(names("software"), ["libx264"]);
});

test("an encoder that breaks while it runs is replaced within the same picture, by a key frame", async (t) => {
  const reasons: string[] = [];
  const { open, opened, freed } = breaking([4]);
  const made = createVideoEncoder(
    {
      ...BASE,
      encoder: "software",
      onFallback: (reason) => reasons.push(reason),
    },
    open,
  );
  const decoder = openVideoDecoder("h264");
  const keys: boolean[] = [];
  for (let n = 0; n < 8; n++) {
    const unit = await made.encode(paint(n), n * FRAME, { key: false });
    keys.push(unit!.key);
    t.truthy(decoder.decode(unit!.data));
  }
  decoder.close();
  made.close();
  t.deepEqual(keys, [true, false, false, true, false, false, false, false]);
  t.deepEqual(reasons, ["libx264 failed: out of sessions"]);
  t.deepEqual([opened.length, freed.length], [2, 2]);
});

test("one that breaks again is not opened for ever", async (t) => {
  const { open, opened, freed } = breaking([2, 2, 2]);
  const made = createVideoEncoder({ ...BASE, encoder: "software" }, open);
  await made.encode(paint(0), 0, { key: true });
  await made.encode(paint(1), FRAME, { key: false });
  await t.throwsAsync(made.encode(paint(2), 2 * FRAME, { key: false }), {
    message: "out of sessions",
  });
  made.close();
  made.close();
  t.deepEqual([opened.length, freed.length], [2, 2]);
});
