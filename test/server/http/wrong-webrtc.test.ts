import { offer, sdp } from "../../helpers/http.js";
import {
  all,
  as,
  badBodies,
  fragment,
  testWrongInputs,
} from "../../helpers/wrong-input.js";

const LONG = "x".repeat(65);
const MID = fragment("a=mid:0\r\n");
const RESTART = fragment("a=ice-ufrag:other\r\na=ice-pwd:x\r\n", {
  "if-match": "*",
});
const STALE = fragment("a=mid:0\r\n", { "if-match": '"other"' });
const HUGE = sdp(offer() + "a=x\r\n".repeat(30_000));

testWrongInputs([
  ...["whip", "whep"].flatMap((kind) => [
    ...all("400 bad-request", [
      [`POST /${kind}/new`, sdp(""), /application\/sdp is missing/],
      [`POST /${kind}/new`, sdp("hello"), /not an SDP offer/],
      [`POST /${kind}/new`, sdp("v=0\r\n"), /not an SDP offer/],
      [`POST /${kind}/a%20b`, sdp(offer()), /^room: must match/],
      [
        `POST /${kind}/new?role=moderator`,
        sdp(offer()),
        /^role: unknown field/,
      ],
      [`DELETE /${kind}/room/a.b`, {}, /^id: must match/],
    ]),
    ...all("415 unsupported-media-type", [
      [`POST /${kind}/new`],
      [`POST /${kind}/new`, as("text/plain", offer()), /application\/sdp/],
      [`POST /${kind}/new`, { json: { sdp: offer() } }],
    ]),
    ...all("413 too-large", [[`POST /${kind}/new`, HUGE]]),
    ...all("405 method-not-allowed", [
      [`GET /${kind}/room`],
      [`PUT /${kind}/room`, sdp(offer())],
      [`GET /${kind}/room/ANN`],
      [`POST /${kind}/room/ANN`, sdp(offer())],
    ]),
    ...all("404 not-found", [
      [`PATCH /${kind}/room/nobody`, MID],
      [`DELETE /${kind}/room/nobody`],
    ]),
    ...all("404 no-such-room", [
      [`PATCH /${kind}/nowhere/ANN`, MID],
      [`DELETE /${kind}/nowhere/ANN`],
    ]),
  ]),
  // One kind of session is not the other.
  ...all("404 not-found", [
    ["PATCH /whip/room/VIEWER", MID],
    ["DELETE /whip/room/VIEWER"],
    ["PATCH /whep/room/ANN", MID],
    ["DELETE /whep/room/ANN"],
  ]),
  ...["whip/room/ANN", "whep/room/VIEWER"].flatMap((session) => [
    ...all("400 bad-request", [
      [`PATCH /${session}`, fragment("")],
      [`PATCH /${session}`, fragment("hello"), /not an SDP fragment/],
    ]),
    ...all("415 unsupported-media-type", [
      [`PATCH /${session}`, sdp(offer()), /sdpfrag/],
    ]),
    ...all("412 precondition-failed", [[`PATCH /${session}`, STALE, /ETag/]]),
    ...all("501 not-implemented", [
      [`PATCH /${session}`, RESTART, /restarted/],
    ]),
  ]),
  ...all("400 bad-request", [
    ["POST /whip/new?name=", sdp(offer()), /^name: /],
    [`POST /whip/new?name=${LONG}`, sdp(offer()), /^name: /],
    ["POST /whep/room?rendition=4k", sdp(offer()), /^rendition: /],
    ["POST /whep/room?view=..", sdp(offer()), /^view: /],
    ["POST /whep/room?participant=", sdp(offer()), /^participant: /],
  ]),
  ...badBodies("PATCH /whep/room/VIEWER/picture", [
    [{ rendition: "4k" }, /^rendition: /],
    [{ view: ".." }, /^view: /],
    [{ cap: "360p" }, /cap/],
  ]),
  ...all("404 not-found", [
    ["PATCH /whep/room/VIEWER/picture", { json: { view: "nowhere" } }],
    ["PATCH /whep/room/nobody/picture", { json: {} }],
    ["PATCH /whep/room/ANN/picture", { json: {} }],
  ]),
  ...all("415 unsupported-media-type", [
    ["PATCH /whep/room/VIEWER/picture", as("text/plain", "low")],
  ]),
  ...all("404 no-such-participant", [
    ["POST /whep/room?participant=nobody", sdp(offer())],
  ]),
  ...all("404 no-such-room", [
    ["POST /whep/nowhere?participant=ANN", sdp(offer())],
  ]),
]);
