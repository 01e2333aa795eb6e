import test from "ava";
import {
  preferCodecs,
  PUBLISH_ORDER,
  SUBSCRIBE_ORDER,
  type Codec,
} from "../../../public/sdk/codecs.js";

const video = (name: string, sdpFmtpLine?: string): Codec => ({
  mimeType: `video/${name}`,
  clockRate: 90_000,
  sdpFmtpLine,
});

const h264 = (profile: string, mode: number): Codec =>
  video(
    "H264",
    `level-asymmetry-allowed=1;packetization-mode=${mode};profile-level-id=${profile}`,
  );

/** As Chromium lists them. */
const CHROMIUM = [
  video("VP8"),
  video("rtx"),
  h264("42001f", 0),
  h264("64001f", 1),
  h264("42e01f", 1),
  video("AV1"),
  video("VP9", "profile-id=0"),
  video("red"),
  video("ulpfec"),
];

const names = (codecs: Codec[]): string[] =>
  codecs.map(({ mimeType }) => mimeType.slice("video/".length));

test("publishing offers what the server decodes, VP8 first, and no H.264", (t) => {
  t.deepEqual(names(preferCodecs(CHROMIUM, PUBLISH_ORDER)), [
    "VP8",
    "VP9",
    "AV1",
    "rtx",
    "red",
    "ulpfec",
  ]);
});

test("subscribing asks for H.264 constrained baseline in mode 1 first, then other H.264, then VP8", (t) => {
  const preferred = preferCodecs(CHROMIUM, SUBSCRIBE_ORDER);
  t.is(preferred[0], CHROMIUM[4]);
  t.deepEqual(names(preferred), [
    "H264",
    "H264",
    "H264",
    "VP8",
    "rtx",
    "red",
    "ulpfec",
  ]);
});

test("a browser without H.264 asks for VP8", (t) => {
  const codecs = [video("VP8"), video("rtx")];
  t.deepEqual(names(preferCodecs(codecs, SUBSCRIBE_ORDER)), ["VP8", "rtx"]);
});

test("repair formats alone are no preference", (t) => {
  t.deepEqual(preferCodecs([video("H265"), video("rtx")], PUBLISH_ORDER), []);
});
