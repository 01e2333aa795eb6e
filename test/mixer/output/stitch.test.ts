import test from "ava";
import { PICTURE_CODECS } from "../../../mixer/output/codecs.js";
import { createStitch } from "../../../mixer/output/stitch.js";

const key = Buffer.from("000000016742c01f8c0000000168ce0000000165aa", "hex");
const open = () =>
  createStitch(
    {
      ...{ codec: "aac", sampleRate: 48000, channels: 2 },
      extradata: Buffer.from("1190", "hex"),
    },
    {
      format: { width: 640, height: 360, fps: 30 },
      pictures: PICTURE_CODECS.h264(key)!,
    },
  );
const picture = Buffer.from("0000000141aa", "hex");
const voice = Buffer.from("2111", "hex");
/** Track, time and bytes of a unit: see matroskaUnit. */
const read = (unit: Buffer) => ({
  track: unit[21]! & 0x7f,
  time: unit.readUIntBE(10, 6),
  size: unit.length - 25,
});
const times = (units: Buffer[]) => units.map((unit) => read(unit).time);

test("frames that follow each other get nothing between them, whatever the rounding", (t) => {
  const stitch = open();
  for (let at = 0; at < 1000; at++) {
    const time = Math.round((at * 1024 * 1e6) / 48_000) + (at % 2 ? -400 : 400);
    t.deepEqual(times(stitch.audio(voice, time)), [time]);
  }
});

test("a hole in the sound is filled with silence from where it ended", (t) => {
  const stitch = open();
  stitch.audio(voice, 0);
  t.deepEqual(
    times(stitch.audio(voice, 85_333)),
    [21_333, 42_666, 64_000, 85_333],
  );
  t.is(read(stitch.audio(voice, 149_334)[0]!).size, 9);
});

test("sound whose time is taken is left out", (t) => {
  const stitch = open();
  stitch.silence(100_000);
  t.deepEqual(stitch.audio(voice, 40_000), []);
  t.is(stitch.audio(voice, 86_000).length, 1);
});

test("sound that stays away is silence, half a second behind the picture", (t) => {
  const stitch = open();
  t.is(stitch.video(picture, false, 500_000).length, 1);
  const units = stitch.video(picture, false, 1_000_000).map(read);
  t.is(units.at(-1)!.track, 1);
  t.true(units.length > 20);
  t.true(
    units
      .slice(0, -1)
      .every(({ track, time }) => track === 2 && time < 500_000),
  );
});

test("two pictures never have the same time", (t) => {
  const stitch = open();
  const shown = [0, 0, -5, 40_000].map(
    (time) => read(stitch.video(picture, false, time).at(-1)!).time,
  );
  t.deepEqual(shown, [0, 1_000, 2_000, 40_000]);
});

test("sound that begins before the picture is left out, not moved", (t) => {
  const stitch = open();
  t.deepEqual(stitch.audio(voice, -5_000), []);
  t.deepEqual(times(stitch.audio(voice, 16_333)), [16_333]);
});
