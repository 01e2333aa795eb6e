import test, { type ExecutionContext } from "ava";
import {
  AV_PIX_FMT_YUV420P,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_SMPTE170M,
  type Frame,
} from "node-av";
import type { EncodedUnit, VideoCodec } from "../../../mixer/media.js";
import {
  createVideoEncoder,
  type EncoderChoice,
  type VideoEncoderOptions,
} from "../../../mixer/video/encoder.js";
import { allocatePicture } from "../../../mixer/video/picture-frame.js";
import { fillFrame, movingPicture, psnr } from "../../helpers/picture.js";
import { openVideoDecoder } from "../../helpers/video-decoder.js";

const BASE: Omit<VideoEncoderOptions, "codec"> = {
  width: 640,
  height: 360,
  fps: 30,
  bitrate: 900_000,
};
const FRAME = 1e6 / 30;

/** Encodes `count` moving pictures; `each` sees every unit and the canvas it was made of. */
const encodeMoving = async (
  options: VideoEncoderOptions,
  count: number,
  each: (unit: EncodedUnit, canvas: Frame, index: number) => void,
  before: (
    encoder: ReturnType<typeof createVideoEncoder>,
    index: number,
  ) => boolean = () => false,
): Promise<void> => {
  const { frame } = allocatePicture(options.width, options.height);
  const encoder = createVideoEncoder(options);
  for (let index = 0; index < count; index++) {
    fillFrame(frame, movingPicture(options.width, options.height, index));
    const key = before(encoder, index);
    const unit = await encoder.encode(frame, Math.round(index * FRAME), {
      key,
    });
    if (unit !== undefined) each(unit, frame, index);
  }
  encoder.close();
  frame.free();
};

/** The NAL units of an Annex B stream. */
const nalUnits = (data: Buffer): Buffer[] => {
  const starts: number[] = [];
  for (
    let at = data.indexOf("000001", 0, "hex");
    at >= 0;
    at = data.indexOf("000001", at + 3, "hex")
  )
    starts.push(at + 3);
  return starts.map((start, index) =>
    data.subarray(start, (starts[index + 1] ?? data.length + 3) - 3),
  );
};

for (const codec of ["h264", "vp8", "vp9", "av1"] as const) {
  test(`${codec}: every frame is one packet that decodes to the picture it was made of`, async (t) => {
    const decoder = openVideoDecoder(codec);
    const ratios: number[] = [];
    await encodeMoving({ ...BASE, codec }, 60, (unit, canvas, index) => {
      t.is(unit.pts, Math.round(index * FRAME));
      t.is(unit.key, index === 0);
      const picture = decoder.decode(unit.data);
      t.truthy(picture, `frame ${index}`);
      ratios.push(psnr(picture!, canvas));
      if (codec !== "h264") return;
      t.is(picture!.colorSpace, AVCOL_SPC_SMPTE170M);
      t.is(picture!.colorRange, AVCOL_RANGE_MPEG);
    });
    decoder.close();
    const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
    t.log(
      `PSNR mean ${mean.toFixed(1)} dB, worst ${Math.min(...ratios).toFixed(1)} dB`,
    );
    t.is(ratios.length, 60);
    t.true(mean > 28, `${mean} dB`);
  });

  test(`${codec}: a key frame comes exactly when asked for, and is no burst`, async (t) => {
    const keys: number[] = [];
    let largest = 0;
    await encodeMoving(
      { ...BASE, codec },
      40,
      (unit, _canvas, index) => {
        if (!unit.key) return;
        keys.push(index);
        if (index > 0) largest = Math.max(largest, unit.data.length);
      },
      (_encoder, index) => index === 20 || index === 21 || index === 33,
    );
    t.deepEqual(keys, [0, 20, 21, 33]);
    t.log(`largest later key frame ${largest} bytes`);
    t.true(largest * 8 < 0.5 * BASE.bitrate, `${largest} bytes`);
  });

  test(`${codec}: moving pictures take the bitrate asked for, within 20 %`, async (t) => {
    let bytes = 0;
    await encodeMoving({ ...BASE, codec }, 150, (unit, _canvas, index) => {
      if (index >= 30) bytes += unit.data.length;
    });
    const rate = (bytes * 8) / 4;
    t.log(`${Math.round(rate / 1000)} of ${BASE.bitrate / 1000} kbit/s`);
    t.true(Math.abs(rate / BASE.bitrate - 1) < 0.2, `${rate}`);
  });
}

for (const codec of ["h264", "vp8"] as const)
  test(`${codec}: the first picture of a narrow line takes less than 0.45 s of it`, async (t) => {
    const narrow = { width: 320, height: 180, fps: 15, bitrate: 120_000 };
    let bytes = 0;
    await encodeMoving({ ...narrow, codec }, 1, (unit) => {
      bytes = unit.data.length;
    });
    const seconds = (bytes * 8) / narrow.bitrate;
    t.log(`${bytes} bytes, ${seconds.toFixed(2)} s`);
    t.true(seconds < 0.45);
  });

test("h264: constrained baseline 3.1, with parameter sets before every key frame", async (t) => {
  const size = { width: 1280, height: 720, bitrate: 1_500_000 };
  await encodeMoving(
    { ...BASE, ...size, codec: "h264" },
    4,
    (unit) => {
      if (!unit.key) return;
      const units = nalUnits(unit.data);
      const sps = units.find((nal) => (nal[0]! & 31) === 7);
      t.deepEqual([...sps!.subarray(1, 4)], [0x42, sps![2]!, 31]);
      t.is(sps![2]! & 0xc0, 0xc0, "constraint_set0 and constraint_set1");
      t.true(units.some((nal) => (nal[0]! & 31) === 8));
      t.true(units.some((nal) => (nal[0]! & 31) === 5));
    },
    (_encoder, index) => index === 3,
  );
});

test("h264: a new bitrate counts from the next frame on", async (t) => {
  let bytes = 0;
  await encodeMoving(
    { ...BASE, codec: "h264" },
    120,
    (unit, _canvas, index) => {
      if (index >= 60) bytes += unit.data.length;
    },
    (encoder, index) => {
      if (index === 30) encoder.setBitrate(300_000);
      return false;
    },
  );
  t.true(Math.abs((bytes * 8) / 2 / 300_000 - 1) < 0.2, `${bytes} bytes`);
});

test("two encoders take the same canvas at once, each with its own key flag", async (t) => {
  const { frame } = allocatePicture(BASE.width, BASE.height);
  const encoders = (["h264", "vp8"] as const).map((codec) =>
    createVideoEncoder({ ...BASE, codec }),
  );
  for (let index = 0; index < 20; index++) {
    fillFrame(frame, movingPicture(BASE.width, BASE.height, index));
    const units = await Promise.all(
      encoders.map((encoder, at) =>
        encoder.encode(frame, index * 33_333, { key: index % 2 === at }),
      ),
    );
    t.deepEqual(
      units.map((unit) => unit!.key),
      [index % 2 === 0, index % 2 === 1 || index === 0],
    );
    t.true(frame.isWritable, "the encoders let go of the canvas");
  }
  for (const encoder of encoders) encoder.close();
  frame.free();
});

test("a packet's bytes stay as they were when the next ones are made", async (t) => {
  const kept: { unit: EncodedUnit; copy: Buffer }[] = [];
  await encodeMoving({ ...BASE, codec: "h264" }, 20, (unit) =>
    kept.push({ unit, copy: Buffer.from(unit.data) }),
  );
  for (const { unit, copy } of kept) t.deepEqual(unit.data, copy);
});

test("close is idempotent, waits for a running encode, and encodes nothing afterwards", async (t) => {
  const { frame } = allocatePicture(BASE.width, BASE.height);
  fillFrame(frame, movingPicture(BASE.width, BASE.height, 0));
  const encoder = createVideoEncoder({ ...BASE, codec: "vp8" });
  const running = encoder.encode(frame, 0, { key: true });
  encoder.close();
  encoder.close();
  t.true((await running)!.key);
  t.is(await encoder.encode(frame, 40_000, { key: false }), undefined);
  frame.free();
});

const refused = (
  t: ExecutionContext,
  change: Partial<VideoEncoderOptions>,
  message: RegExp,
): void => {
  t.throws(() => createVideoEncoder({ ...BASE, codec: "h264", ...change }), {
    instanceOf: TypeError,
    message,
  });
};

test("wrong options are refused with what came", (t) => {
  refused(
    t,
    { codec: "theora" as VideoCodec },
    /h264, vp8, vp9, av1, got theora/,
  );
  refused(t, { width: 641 }, /width .*got 641/);
  refused(t, { height: 0 }, /height .*got 0/);
  refused(t, { bitrate: -1 }, /bitrate .*got -1/);
  refused(t, { fps: Number.NaN }, /fps .*got NaN/);
  refused(
    t,
    { encoder: "quicksync" as EncoderChoice },
    /auto, software, vaapi, nvenc, got quicksync/,
  );
});

test("a frame of another size is refused, and so is a second encode at a time", async (t) => {
  const { frame } = allocatePicture(
    BASE.width,
    BASE.height,
    AV_PIX_FMT_YUV420P,
  );
  const small = allocatePicture(320, 180).frame;
  const encoder = createVideoEncoder({ ...BASE, codec: "h264" });
  await t.throwsAsync(encoder.encode(small, 0, { key: false }), {
    instanceOf: TypeError,
    message: /640x360, got 320x180/,
  });
  const running = encoder.encode(frame, 0, { key: false });
  await t.throwsAsync(encoder.encode(frame, 1, { key: false }));
  await running;
  encoder.close();
  frame.free();
  small.free();
});
