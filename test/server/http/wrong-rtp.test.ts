import { all, badBodies, testWrongInputs } from "../../helpers/wrong-input.js";

const JOIN = "POST /v1/rooms/room/rtp";
const FORWARD = "POST /v1/rooms/room/rtp-forwards";
const ANN = { name: "Ann", codec: "opus" };
const HERE = { address: "127.0.0.1", port: 5004 };
const KEY = Buffer.alloc(30, 1).toString("base64");

testWrongInputs([
  ...badBodies(JOIN, [
    [{ codec: "opus" }, /^name: /],
    [{ name: "Ann" }, /^codec: /],
    [{ ...ANN, codec: "speex" }, /^codec: /],
    [{ ...ANN, kodec: 1 }, /^kodec: unknown field/],
    [{ ...ANN, rate: 8000 }, /^rate: of opus it is 48000/],
    [{ ...ANN, rate: 11_025 }, /^rate: /],
    [{ ...ANN, ptime: 10 }, /^ptime: of opus it is 20/],
    [{ ...ANN, ptime: 30 }, /^ptime: /],
    [{ ...ANN, channels: 3 }, /^channels: /],
    [{ ...ANN, codec: "pcmu", channels: 2 }, /^channels: of pcmu it is 1/],
    [{ ...ANN, codec: "l16", channels: 2, ptime: 20 }, /^ptime: 20 ms/],
    [{ ...ANN, payloadType: 128 }, /^payloadType: /],
    [{ ...ANN, payloadType: 72 }, /^payloadType: 64 to 95/],
    [{ ...ANN, address: "127.0.0.1" }, /^address and port go together/],
    [{ ...ANN, port: 5004 }, /^address and port go together/],
    [{ ...ANN, ...HERE, port: 0 }, /^port: /],
    [{ ...ANN, ...HERE, address: "localhost" }, /^address: /],
    [{ ...ANN, ...HERE, address: "127.1" }, /^address: /],
    [{ ...ANN, timeout: 0 }, /^timeout: /],
    [{ ...ANN, rtcpMux: "yes" }, /^rtcpMux: /],
    [{ ...ANN, srtp: {} }, /^srtp\.key: /],
    [{ ...ANN, srtp: { key: KEY.slice(1) } }, /^srtp\.key: /],
    [{ ...ANN, srtp: { key: KEY, suite: "AES_256" } }, /^srtp\.suite: /],
  ]),
  ...badBodies(FORWARD, [
    [{ codec: "opus", port: 5004 }, /^address: /],
    [{ codec: "opus", address: "127.0.0.1" }, /^port: /],
    [{ codec: "opus", ...HERE, what: "all" }, /^what: /],
    [{ codec: "opus", ...HERE, srtp: { suite: "x" } }, /^srtp/],
  ]),
  ...all("403 forbidden", [
    [
      JOIN,
      { json: { ...ANN, ...HERE, address: "10.0.0.1" } },
      /10\.0\.0\.1 is not in TUTTI_RTP_HOSTS/,
    ],
    [JOIN, { json: { ...ANN, ...HERE, address: "::1" } }],
    [FORWARD, { json: { codec: "opus", ...HERE, address: "10.0.0.1" } }],
  ]),
  ...all("404 no-such-room", [
    [
      "POST /v1/rooms/nowhere/rtp-forwards",
      { json: { codec: "opus", ...HERE } },
    ],
    ["GET /v1/rooms/nowhere/rtp"],
    ["GET /v1/rooms/nowhere/rtp-forwards"],
    ["DELETE /v1/rooms/nowhere/rtp-forwards/x"],
  ]),
  ...all("404 no-such-participant", [
    ["GET /v1/rooms/room/rtp/nobody"],
    ["GET /v1/rooms/room/rtp/ANN"],
    [
      FORWARD,
      { json: { codec: "opus", ...HERE, what: { participant: "nobody" } } },
    ],
  ]),
  ...all("404 not-found", [["DELETE /v1/rooms/room/rtp-forwards/none"]]),
  ...all("405 method-not-allowed", [["PUT /v1/rooms/room/rtp", { json: {} }]]),
]);
