import test from "ava";
import { MixerError } from "../../mixer/contract.js";
import { planSubscribe } from "../../mixer/egress/offer.js";
import {
  announce,
  limitVideo,
  parseOffer,
  sessionId,
  withoutExtensions,
  withPacketTime,
} from "../../mixer/sdp.js";

const offer = (...media: string[]): string =>
  ["v=0", "o=- 4611 2 IN IP4 127.0.0.1", "s=-", "t=0 0", ...media, ""].join(
    "\r\n",
  );

const AUDIO = [
  "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 0",
  "a=mid:0",
  "a=recvonly",
  "a=rtpmap:111 opus/48000/2",
  "a=rtpmap:63 red/48000/2",
  "a=rtpmap:0 PCMU/8000",
  "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
].join("\r\n");

const video = (order: string, extra = ""): string =>
  [
    `m=video 9 UDP/TLS/RTP/SAVPF ${order}`,
    "a=mid:1",
    "a=recvonly",
    "a=rtpmap:96 VP8/90000",
    "a=rtpmap:102 H264/90000",
    "a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f",
    "a=rtpmap:104 H264/90000",
    "a=fmtp:104 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
    "a=rtpmap:106 H264/90000",
    "a=fmtp:106 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=64001f",
    "a=extmap:12 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay",
    "a=extmap:13 urn:3gpp:video-orientation",
    ...(extra === "" ? [] : [extra]),
  ].join("\r\n");

const plan = (...media: string[]) => planSubscribe(parseOffer(offer(...media)));

for (const [order, codec, payloadType] of [
  ["96 104", "vp8", 96],
  ["104 96", "h264", 104],
  ["102 106 104 96", "h264", 104],
  ["106 102 96", "vp8", 96],
] as const)
  test(`of ${order} the first that fits is ${codec} ${payloadType}`, (t) => {
    const { video: planned } = plan(AUDIO, video(order));
    t.is(planned?.codec, codec);
    t.is(planned?.payloadType, payloadType);
    t.is(planned?.playoutDelayId, 12);
    t.is(planned?.sendTimeId, 0);
  });

test("sound alone and picture alone are fine", (t) => {
  t.is(plan(AUDIO).video, undefined);
  t.is(plan(AUDIO).audio?.payloadType, 111);
  t.is(plan(AUDIO).audio?.sendTimeId, 2);
  t.is(plan(video("96")).audio, undefined);
});

test("an offer with nothing that fits is not acceptable, and the error says what would be", (t) => {
  const error = t.throws(() => plan(video("106")), { instanceOf: MixerError });
  t.is(error?.code, "not-acceptable");
  t.regex(error?.message ?? "", /Opus.*H\.264.*VP8/);
});

for (const bad of ["", "hello", "v=0\r\n", "{}"])
  test(`${JSON.stringify(bad)} is a bad request`, (t) => {
    const error = t.throws(() => parseOffer(bad), { instanceOf: MixerError });
    t.is(error?.code, "bad-request");
  });

test("the same connection keeps its session id", (t) => {
  t.is(sessionId(parseOffer(offer(AUDIO))), "4611");
});

test("the orientation extension is taken out of an offer, others stay", (t) => {
  const sdp = withoutExtensions(parseOffer(offer(video("96"))), [
    "urn:3gpp:video-orientation",
  ]);
  t.notRegex(sdp, /video-orientation/);
  t.regex(sdp, /playout-delay/);
});

const CANDIDATES = [
  "a=candidate:1 1 UDP 2114977791 192.168.1.5 40000 typ host",
  "a=candidate:2 1 UDP 2114977790 10.0.0.5 40001 typ host",
  "a=candidate:3 1 UDP 1678769919 203.0.113.9 40002 typ srflx raddr 0.0.0.0 rport 0",
].join("\r\n");

for (const [addresses, hosts] of [
  [[], ["192.168.1.5", "10.0.0.5"]],
  [["10.0.0.5"], ["10.0.0.5"]],
  [["198.51.100.7"], ["198.51.100.7", "198.51.100.7"]],
] as const)
  test(`announcing ${JSON.stringify(addresses)} names ${hosts.join(", ")}`, (t) => {
    const sdp = announce(CANDIDATES, addresses);
    const found = [...sdp.matchAll(/UDP \d+ (\S+) \d+ typ host/g)].map(
      (it) => it[1]!,
    );
    t.deepEqual(found, [...hosts]);
    t.regex(sdp, /srflx/);
  });

test("an answer can say what its video may take, after each video's connection line", (t) => {
  const line = "c=IN IP4 0.0.0.0";
  const answer = offer(
    ...["m=audio 9 UDP/TLS/RTP/SAVPF 111", line, "a=mid:0"],
    ...["m=video 9 UDP/TLS/RTP/SAVPF 96", line, "a=mid:1"],
    ...["m=video 9 UDP/TLS/RTP/SAVPF 96", line, "a=mid:2"],
  );
  const limited = limitVideo(answer, 2_500_000);
  const [, audio, first, second] = limited.split(/(?=m=)/);
  t.is(audio, `m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n${line}\r\na=mid:0\r\n`);
  for (const section of [first, second])
    t.true(section?.includes(`\r\n${line}\r\nb=TIAS:2500000\r\na=mid`));
});

test("a packet time is asked of sound alone, once", (t) => {
  const sdp = withPacketTime(offer(video("96"), AUDIO), 10);
  t.is(sdp.match(/^a=ptime:10\r$/gm)?.length, 1);
  t.true(sdp.indexOf("a=ptime:10") > sdp.indexOf("m=audio"));
});
