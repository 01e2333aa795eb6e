import { offer, sdp } from "../../helpers/http.js";
import { SPOILT } from "../../helpers/spoilt.js";
import {
  all,
  as,
  badBodies,
  testWrongInputs,
} from "../../helpers/wrong-input.js";

const LAYOUT = "PUT /v1/rooms/room/layout";
const VIEW = "PUT /v1/rooms/room/views/hall";
const WHOLE = { x: 0, y: 0, width: 1, height: 1 };
const LONG = "x".repeat(65);

/** What is wrong with a custom layout, and the field that is named. */
const CUSTOM: [layout: unknown, says: RegExp][] = [
  [{}, /^layout\.regions: /],
  [{ regions: [] }, /^layout\.regions: /],
  [{ regions: Array(50).fill(WHOLE) }, /^layout\.regions: /],
  [{ regions: [WHOLE], colour: "red" }, /^layout\.colour: unknown field/],
  [{ regions: [{ ...WHOLE, x: undefined }] }, /^layout\.regions\.0\.x: /],
  [{ regions: [WHOLE, { ...WHOLE, x: -0.1 }] }, /^layout\.regions\.1\.x: /],
  [{ regions: [{ ...WHOLE, y: "0" }] }, /^layout\.regions\.0\.y: /],
  [{ regions: [{ ...WHOLE, width: 0 }] }, /^layout\.regions\.0\.width: /],
  [{ regions: [{ ...WHOLE, x: 0.5 }] }, /^layout\.regions\.0\.width: x \+/],
  [{ regions: [{ ...WHOLE, y: 0.1 }] }, /^layout\.regions\.0\.height: y \+/],
  [{ regions: [{ ...WHOLE, z: 0.5 }] }, /^layout\.regions\.0\.z: /],
  [{ regions: [{ ...WHOLE, fit: "squash" }] }, /^layout\.regions\.0\.fit: /],
  [{ regions: [{ ...WHOLE, tilt: 5 }] }, /^layout\.regions\.0\.tilt: unknown/],
  [
    { regions: [{ ...WHOLE, source: "loudest" }] },
    /^layout\.regions\.0\.source: /,
  ],
  [
    { regions: [{ ...WHOLE, source: { role: "" } }] },
    /^layout\.regions\.0\.source\.role: /,
  ],
  [
    { regions: [{ ...WHOLE, source: { participant: "../x" } }] },
    /^layout\.regions\.0\.source\.participant: /,
  ],
  [
    { regions: [WHOLE], background: { colour: "red" } },
    /^layout\.background\.colour: must be #rrggbb/,
  ],
  [
    { regions: [WHOLE], background: { image: "http://x" } },
    /^layout\.background\.image: /,
  ],
  [
    { regions: [WHOLE], logo: { image: SPOILT, x: 0, y: 0 } },
    /^layout\.logo\.width: /,
  ],
  [{ regions: [WHOLE], labels: "loud" }, /^layout\.labels: /],
];

const SPOILT_LAYOUT = { regions: [WHOLE], background: { image: SPOILT } };

testWrongInputs([
  ...[LAYOUT, VIEW].flatMap((request) =>
    badBodies(request, [
      ...CUSTOM.map(([layout, says]): [unknown, RegExp] => [{ layout }, says]),
      [{ layout: "spiral" }, /^layout: /],
      [{ layout: ["grid"] }, /^layout: /],
      [{ layout: null }, /^layout: /],
      [{ layout: "grid", pinned: "a b" }, /^pinned: /],
      [{ layout: "grid", pinned: 7 }, /^pinned: /],
      [{ layout: "grid", labels: true }, /^labels: /],
      [{ layout: "grid", temperament: "wild" }, /^temperament: /],
      [{ layout: "grid", page: -1 }, /^page: /],
      [{ layout: "grid", page: 0.5 }, /^page: /],
      [{ layout: "grid", colour: "red" }, /^colour: unknown field/],
      // What the mixer alone can see.
      [{ layout: SPOILT_LAYOUT, labels: "off" }, /^layout\.background\.image/],
    ]),
  ),
  ...badBodies(LAYOUT, [
    [{}, /^layout: /],
    [{ layout: "grid", view: "../x" }, /^view: /],
    [{ layout: "grid", view: "solo:ann" }, /^view: /],
    [{ layout: "grid", width: 640 }, /^width: unknown field/],
  ]),
  ...badBodies(VIEW, [
    [{ width: 1281 }, /^width: /],
    [{ height: 5000 }, /^height: /],
    [{ fps: 0 }, /^fps: /],
    [{ autoShare: "yes" }, /^autoShare: /],
    [{ view: "hall" }, /^view: unknown field/],
    [null, /^body: /],
  ]),
  ...all("400 bad-request", [
    ["PUT /v1/rooms/room/views/solo%3Aann", { json: {} }, /^view: must match/],
    [`GET /v1/rooms/room/views/${LONG}`, {}, /^view: must match/],
    ["DELETE /v1/rooms/room/views/a.b", {}, /^view: must match/],
    ["GET /v1/rooms/room/layout?view=solo:", {}, /^view: must be/],
    ["GET /v1/rooms/room/layout?view=duo:ann", {}, /^view: must be/],
    ["GET /v1/rooms/room/picture?view=solo:a/b", {}, /^view: must be/],
    ["POST /whep/room?view=solo:a.b", sdp(offer()), /^view: must be/],
    ["POST /whep/room?rendition=720", sdp(offer()), /^rendition: /],
    [
      "POST /v1/rooms/room/recordings",
      { json: { view: "duo:ann" } },
      /^view: /,
    ],
  ]),
  ...all("404 not-found", [
    ["GET /v1/rooms/room/views/hall", {}, /no view "hall"/],
    ["DELETE /v1/rooms/room/views/hall", {}, /no view "hall"/],
    ["GET /v1/rooms/room/layout?view=hall", {}, /no view "hall"/],
    [
      "POST /v1/rooms/room/recordings",
      { json: { view: "solo:ann" } },
      /no view "solo:ann"/,
    ],
    ["GET /v1/rooms/room/layout?view=solo:bob", {}, /no view "solo:bob"/],
    ["GET /v1/rooms/room/picture?view=hall", {}, /no view "hall"/],
    [LAYOUT, { json: { layout: "grid", view: "hall" } }, /no view "hall"/],
    ["POST /whep/room?view=hall", sdp(offer()), /no view "hall"/],
    ["POST /whep/room?view=own:bob", sdp(offer()), /no view "own:bob"/],
    ["POST /v1/rooms/room/recordings", { json: { view: "hall" } }],
  ]),
  ...all("404 no-such-participant", [
    [LAYOUT, { json: { layout: "grid", pinned: "bob" } }],
    [VIEW, { json: { pinned: "bob" } }],
  ]),
  ...all("409 conflict", [
    ["PUT /v1/rooms/room/views/main", { json: { width: 640 } }, /^width: /],
    ["DELETE /v1/rooms/room/views/main", {}, /main view/],
  ]),
  ...all("404 no-such-room", [
    ["GET /v1/rooms/nowhere/views/main"],
    ["PUT /v1/rooms/nowhere/views/main", { json: {} }],
    ["DELETE /v1/rooms/nowhere/views/main"],
  ]),
  ...all("405 method-not-allowed", [
    ["POST /v1/rooms/room/views/hall", { json: {} }, /PUT/],
  ]),
  ...all("415 unsupported-media-type", [
    [VIEW, as("text/plain", "{}"), /must be application\/json/],
  ]),
  ...all("413 too-large", [
    [LAYOUT, as("application/json", "x".repeat(3_000_001)), /3000000 bytes/],
    [VIEW, as("application/json", "x".repeat(3_000_001)), /3000000 bytes/],
    ["PUT /v1/rooms/room", as("application/json", "x".repeat(65_537))],
  ]),
]);
