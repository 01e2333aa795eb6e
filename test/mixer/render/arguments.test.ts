import test from "ava";
import type { RecordingFormat } from "../../../mixer/contract.js";
import {
  progressOf,
  renderArguments,
} from "../../../mixer/render/arguments.js";

const mix = (was: RecordingFormat, format: RecordingFormat, whole: boolean) =>
  renderArguments({
    ...{ output: "/o", format, from: whole ? 0 : 3, duration: 5 },
    source: { kind: "mix", path: "/i", format: was, whole },
  }).arguments;

/** What becomes of sound and picture: `copy`, or what encodes them. */
const codecs = (output: readonly string[]) =>
  ["-c:a", "-c:v"].map((name) => {
    const at = output.indexOf(name);
    return at < 0 ? undefined : output[at + 1];
  });

for (const [was, format, sound, picture] of [
  ["mp4", "mp4", "copy", "copy"],
  ["mp4", "m4a", "copy", undefined],
  ["webm", "opus", "copy", undefined],
  ["webm", "mp4", "aac", "libx264"],
  ["mp4", "webm", "libopus", "libvpx"],
  ["wav", "wav", "copy", undefined],
  ["flac", "flac", "copy", undefined],
  ["flac", "wav", "pcm_s16le", undefined],
  ["wav", "flac", "flac", undefined],
] as const)
  test(`all of ${was} as ${format}: sound ${sound}, picture ${picture}`, (t) => {
    t.deepEqual(codecs(mix(was, format, true).output), [sound, picture]);
  });

test("a part is encoded anew, for its ends lie anywhere", (t) => {
  const { input, output } = mix("mp4", "mp4", false);
  t.deepEqual(codecs(output), ["aac", "libx264"]);
  t.is(input[input.indexOf("-ss") + 1], "3.000000");
});

test("without a voice there is silence, so that players find a sound", (t) => {
  const settings = { width: 64, height: 64, fps: 30 } as never;
  const picture = { settings, events: [], videos: [] };
  const {
    input,
    more,
    arguments: given,
  } = renderArguments({
    ...{ output: "/o", format: "mp4", from: 0, duration: 5 },
    source: { kind: "tracks", voices: [], picture },
  });
  t.deepEqual([input, more], [undefined, []]);
  t.true(given.output.join(" ").includes("anullsrc"));
});

test("how far ffmpeg is, is read of its own words alone", (t) => {
  t.is(progressOf("out_time_us=1500000"), 1.5);
  for (const line of ["out_time_us=N/A", "progress=end", "frame=30", ""])
    t.is(progressOf(line), undefined);
});
