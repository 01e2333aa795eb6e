import test from "ava";
import { withStartBitrate } from "../../../public/sdk/start-bitrate.js";

const answer = [
  "v=0",
  "m=audio 9 UDP/TLS/RTP/SAVPF 111",
  "a=rtpmap:111 opus/48000/2",
  "a=fmtp:111 minptime=10;useinbandfec=1",
  "m=video 9 UDP/TLS/RTP/SAVPF 96 97 98",
  "a=rtpmap:96 VP8/90000",
  "a=rtcp-fb:96 nack pli",
  "a=rtpmap:97 rtx/90000",
  "a=fmtp:97 apt=96",
  "a=rtpmap:98 VP9/90000",
  "a=fmtp:98 profile-id=0",
  "",
].join("\r\n");

test("each picture codec gets the rate, beside what it had, and nothing else changes", (t) => {
  const lines = withStartBitrate(answer, 600).split("\r\n");
  t.deepEqual(
    lines.filter((line) => line.includes("x-google")),
    [
      "a=fmtp:96 x-google-start-bitrate=600",
      "a=fmtp:98 profile-id=0;x-google-start-bitrate=600",
    ],
  );
  t.is(lines.length, answer.split("\r\n").length + 1);
  t.is(
    lines.indexOf("a=fmtp:96 x-google-start-bitrate=600"),
    lines.indexOf("a=rtpmap:96 VP8/90000") + 1,
  );
});

test("an answer without pictures stays as it is", (t) => {
  const sound = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n";
  t.is(withStartBitrate(sound, 600), sound);
});
