import test from "ava";
import { parse } from "sdp-transform";
import { planSubscribe, videoCodecs } from "../../../mixer/egress/offer.js";
import { MixerError } from "../../../mixer/contract.js";

const TRANSPORT =
  "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
const SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time";

const FORMATS: Record<string, string[]> = {
  vp8: ["a=rtpmap:96 VP8/90000"],
  vp9: ["a=rtpmap:98 VP9/90000", "a=fmtp:98 profile-id=0"],
  vp9hdr: ["a=rtpmap:100 VP9/90000", "a=fmtp:100 profile-id=2"],
  av1: ["a=rtpmap:45 AV1/90000", "a=fmtp:45 level-idx=5;profile=0;tier=0"],
  av1pro: ["a=rtpmap:46 AV1/90000", "a=fmtp:46 profile=1"],
  h264: [
    "a=rtpmap:102 H264/90000",
    "a=fmtp:102 packetization-mode=1;profile-level-id=42e01f",
  ],
};
const payloadOf = (lines: string[]): string => /:(\d+)/.exec(lines[0]!)![1]!;

/** An offer to receive a picture in these formats, in this order. */
const offer = (names: string[], ...more: string[]) => {
  const formats = names.map((name) => FORMATS[name]!);
  return parse(
    [
      "v=0",
      "o=- 1 1 IN IP4 0.0.0.0",
      "s=-",
      "t=0 0",
      `m=video 9 UDP/TLS/RTP/SAVPF ${formats.map(payloadOf).join(" ")}`,
      "a=mid:0",
      "a=recvonly",
      ...formats.flat(),
      ...more,
      "",
    ].join("\r\n"),
  );
};

for (const [codecs, names, codec] of [
  [undefined, ["vp9", "av1", "vp8", "h264"], "vp8"],
  [undefined, ["h264", "vp8"], "h264"],
  [["h264", "vp8", "vp9"], ["vp9", "vp8"], "vp9"],
  [["h264", "vp8", "vp9"], ["vp9hdr", "vp8"], "vp8"],
  [["h264", "av1"], ["vp8", "av1pro", "av1", "h264"], "av1"],
] as const)
  test(`an offer of ${names.join(", ")} gets ${codec} where ${codecs?.join(", ") ?? "the usual"} is configured`, (t) => {
    const { video } = planSubscribe(offer([...names]), codecs);
    t.is(video?.codec, codec);
    t.is(`${video?.payloadType}`, payloadOf(FORMATS[codec]!));
  });

test("a section of port 0 is served if it goes over another one's port, as Firefox offers, and else not", (t) => {
  const bundled = offer(["vp8"], "a=bundle-only");
  const rejected = offer(["vp8"]);
  for (const session of [bundled, rejected]) session.media[0]!.port = 0;
  t.is(planSubscribe(bundled).video?.codec, "vp8");
  t.throws(() => planSubscribe(rejected), { message: /Nothing in the offer/ });
});

test("an offer with nothing that is configured is refused with what is", (t) => {
  const error = t.throws(() => planSubscribe(offer(["vp9", "av1"])), {
    instanceOf: MixerError,
  });
  t.is(error.code, "not-acceptable");
  t.regex(error.message, /H\.264.*VP8/);
  t.notRegex(error.message, /VP9/);
});

test("who tells of each packet is asked to; others get send times", (t) => {
  const extensions = [`a=extmap:3 ${TRANSPORT}`, `a=extmap:2 ${SEND_TIME}`];
  const told = planSubscribe(
    offer(["vp8"], ...extensions, "a=rtcp-fb:96 transport-cc"),
  ).video!;
  t.deepEqual([told.transportId, told.sendTimeId], [3, 0]);
  const untold = planSubscribe(offer(["vp8"], ...extensions)).video!;
  t.deepEqual([untold.transportId, untold.sendTimeId], [0, 2]);
});

test("codecs of a configuration are checked", (t) => {
  t.deepEqual(videoCodecs(["vp8", "av1"]), ["vp8", "av1"]);
  t.throws(() => videoCodecs(["vp8", "h265"]), {
    instanceOf: TypeError,
    message: /h264, vp8, vp9, av1, got h265/,
  });
  t.throws(() => videoCodecs([]), { instanceOf: TypeError, message: /none/ });
});
