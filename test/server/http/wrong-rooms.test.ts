import {
  all,
  as,
  badBodies,
  testWrongInputs,
} from "../../helpers/wrong-input.js";

const LONG = "x".repeat(65);
const NEW = "PUT /v1/rooms/new";
const ANN = "PATCH /v1/rooms/room/participants/ANN";
const LAYOUT = "PUT /v1/rooms/room/layout";
const HD = { width: 1280, height: 720, fps: 30 };

testWrongInputs([
  ...badBodies(NEW, [
    [{ titel: "x" }, /^titel: unknown field/],
    [{ title: "" }, /^title: /],
    [{ title: 5 }, /^title: /],
    [{ pin: "" }, /^pin: /],
    [{ maxParticipants: 0 }, /^maxParticipants: /],
    [{ maxParticipants: 1e9 }, /^maxParticipants: /],
    [{ maxParticipants: 2.5 }, /^maxParticipants: /],
    [{ record: "yes" }, /^record: /],
    [{ agc: "on" }, /^agc: /],
    [{ stereo: "yes" }, /^stereo: /],
    [{ stereo: null }, /^stereo: /],
    [{ stereo: 1 }, /^stereo: /],
    [{ muteOnEntry: 1 }, /^muteOnEntry: /],
    [{ layout: "circle" }, /^layout: /],
    [{ video: { ...HD, width: 1281 } }, /^video\.width: /],
    [{ video: { ...HD, fps: undefined } }, /^video\.fps: /],
    [{ video: { ...HD, codec: "x" } }, /^video\.codec: unknown field/],
    [[], /^body: /],
    [null, /^body: /],
    ["x", /^body: /],
  ]),
  ...all("400 bad-request", [
    [NEW, as("application/json", '{"title": "x"'), /not JSON/],
    [NEW, as("application/json", '{"__proto__": {"title": "x"}}')],
    [NEW, as("application/json", Buffer.from([0x22, 0xff, 0x22])), /not UTF-8/],
    [`${NEW}?title=x`, { json: {} }, /^title: unknown field/],
  ]),
  ...all("415 unsupported-media-type", [
    [NEW, as("text/plain", "{}"), /must be application\/json/],
    [NEW, { body: "{}" }],
    [NEW, { json: {}, headers: { "content-encoding": "gzip" } }, /gzip/],
    [ANN, as("application/xml", "<a/>")],
    [LAYOUT],
  ]),
  ...all("413 too-large", [
    [NEW, { json: { title: "x".repeat(70_000) } }],
    [
      NEW,
      {
        json: { title: "x".repeat(200_000) },
        headers: { "transfer-encoding": "chunked" },
      },
    ],
  ]),
  ...badBodies(ANN, [
    [{ mute: true }, /^mute: unknown field/],
    [{ muted: 1 }, /^muted: /],
    [{ cameraOff: "no" }, /^cameraOff: /],
    [{ sharing: true }, /^sharing: /],
    [{ music: 1 }, /^music: /],
    [{ deaf: "no" }, /^deaf: /],
    [{ held: 0 }, /^held: /],
    [{ gain: 5 }, /^gain: /],
    [{ gain: -1 }, /^gain: /],
    [{ gain: null }, /^gain: /],
    [{ name: "  " }, /^name: /],
    [{ name: LONG }, /^name: /],
    [{ role: "king" }, /^role: /],
    [{ muted: true, id: "me" }, /^id: unknown field/],
  ]),
  ...all("404 no-such-participant", [
    ["PATCH /v1/rooms/room/participants/nobody", { json: {} }],
    ["DELETE /v1/rooms/room/participants/nobody"],
  ]),
  ...badBodies("POST /v1/rooms/room/mute", [
    [{}, /^muted: /],
    [{ muted: "yes" }, /^muted: /],
    [{ muted: true, except: ["a b"] }, /^except\.0: /],
    [{ muted: true, only: [] }, /^only: unknown field/],
  ]),
  ...badBodies(LAYOUT, [
    [{}, /^layout: /],
    [{ layout: "spiral" }, /^layout: /],
    [{ layout: "grid", view: "../x" }, /^view: /],
  ]),
  ...all("400 bad-request", [
    [ANN, as("application/json", '{"gain": 1e999}'), /^gain: /],
    [`PATCH /v1/rooms/room/participants/${LONG}`, { json: {} }, /^id: /],
    ["DELETE /v1/rooms/room/participants/a.b", {}, /^id: /],
    [LAYOUT, as("application/json", ""), /^layout: /],
    ["GET /v1/rooms/room/layout?view=a/b", {}, /^view: /],
    ["GET /v1/rooms/room/layout?view=a&view=b", {}, /^view: /],
    ["GET /v1/rooms/room/layout?viev=a", {}, /^viev: unknown field/],
    ["GET /v1/rooms/room/picture?view=%00", {}, /^view: /],
    ["GET /v1/rooms?limit=5", {}, /^limit: unknown field/],
    ["PUT /v1/rooms/caf%C3%A9", { json: {} }, /^room: must match/],
  ]),
  ...all("404 no-such-room", [
    ["GET /v1/rooms/nowhere"],
    ["DELETE /v1/rooms/nowhere"],
    ["GET /v1/rooms/nowhere/participants"],
    ["PATCH /v1/rooms/nowhere/participants/ANN", { json: {} }],
    ["DELETE /v1/rooms/nowhere/participants/ANN"],
    ["GET /v1/rooms/nowhere/layout"],
    ["POST /v1/rooms/nowhere/mute", { json: { muted: true } }],
    ["PUT /v1/rooms/nowhere/layout", { json: { layout: "grid" } }],
    ["GET /v1/rooms/nowhere/picture"],
    ["GET /v1/rooms/nowhere/picture.jpg"],
  ]),
]);
