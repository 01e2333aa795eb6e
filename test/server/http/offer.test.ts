import test from "ava";
import { parseFragment, parseOffer } from "../../../server/http/offer.js";
import { offer } from "../../helpers/http.js";

test("an offer says whether it sends pictures, and whose ICE it is", (t) => {
  t.deepEqual(parseOffer(offer({ ufrag: "wxyz" })), {
    ufrag: "wxyz",
    sendsVideo: true,
  });
  t.true(parseOffer(offer({ direction: "sendrecv" })).sendsVideo);
  t.false(parseOffer(offer({ direction: "recvonly" })).sendsVideo);
  t.false(parseOffer(offer({ direction: "inactive" })).sendsVideo);
  t.false(parseOffer(offer().replace("m=video 9", "m=video 0")).sendsVideo);
  const bundled = offer().replace(
    /m=video 9(.*)\r\n/,
    "m=video 0$1\r\na=bundle-only\r\n",
  );
  t.true(parseOffer(bundled).sendsVideo, "as Firefox offers");
  t.false(parseOffer(offer().split("m=video")[0] ?? "").sendsVideo);
});

test("ICE credentials of the whole session count too", (t) => {
  const text = offer()
    .replaceAll(/a=ice-.*\r\n/g, "")
    .replace("t=0 0\r\n", "t=0 0\r\na=ice-ufrag:whole\r\n");
  t.is(parseOffer(text).ufrag, "whole");
});

test("text that is not an offer is refused", (t) => {
  for (const text of ["", "hello", "{}", "v=0", "m=audio 9 X 0", "\0\0"])
    t.throws(() => parseOffer(text), { message: /not an SDP offer/ }, text);
});

test("each candidate belongs to the section that it stands in", (t) => {
  const text = [
    "a=ice-ufrag:EsAw",
    "a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1",
    "m=audio 9 UDP/TLS/RTP/SAVPF 0",
    "a=mid:voice",
    "a=candidate:1 1 udp 2122 192.0.2.1 61764 typ host",
    "a=candidate:2 1 udp 1694 203.0.113.1 1234 typ srflx raddr 0.0.0.0 rport 0",
    "m=video 9 UDP/TLS/RTP/SAVPF 0",
    "a=mid:1",
    "a=candidate:3 1 udp 2122 192.0.2.1 61765 typ host",
    "a=end-of-candidates",
    "",
  ].join("\r\n");
  const { ufrag, candidates } = parseFragment(text);
  t.is(ufrag, "EsAw");
  t.deepEqual(
    candidates.map(({ mid, candidate }) => [mid, candidate.slice(0, 11)]),
    [
      ["voice", "candidate:1"],
      ["voice", "candidate:2"],
      ["1", "candidate:3"],
    ],
  );
  t.true(candidates[0]?.candidate.endsWith("typ host"));
});

test("a candidate before any section is of the first", (t) => {
  const { candidates } = parseFragment("a=candidate:1 1 udp 1 ::1 9 typ host");
  t.deepEqual(
    candidates.map(({ mid }) => mid),
    ["0"],
  );
});

test("fragments that no browser makes are refused", (t) => {
  for (const text of [
    "hello",
    '{"candidate": "x"}',
    `a=candidate:${"1".repeat(1001)}`,
    `a=mid:${"m".repeat(65)}\na=candidate:1`,
    "a=candidate:1\n".repeat(201),
  ])
    t.throws(() => parseFragment(text), { message: /^body: / });
});
