import {
  all,
  as,
  badBodies,
  testWrongInputs,
} from "../../helpers/wrong-input.js";

const PUT = "PUT /v1/rooms/room/routing";
const LONG = "x".repeat(65);
const group = (name: unknown, ...members: unknown[]) => ({ name, members });
const channel = (more: object) => ({
  channels: [{ name: "french", interpreter: "ann", ...more }],
});

testWrongInputs([
  ...badBodies(PUT, [
    [[], /./],
    [null, /./],
    [{ routes: [] }, /^routes: unknown field/],
    [{ groups: {} }, /^groups: /],
    [{ groups: [{ members: [] }] }, /^groups\.0\.name: /],
    [{ groups: [{ name: "red" }] }, /^groups\.0\.members: /],
    [{ groups: [group(" ", "ann")] }, /^groups\.0\.name: /],
    [{ groups: [group(LONG, "ann")] }, /^groups\.0\.name: /],
    [{ groups: [group("red", "a b")] }, /^groups\.0\.members\.0: /],
    [{ groups: [group("red", 7)] }, /^groups\.0\.members\.0: /],
    [{ groups: [{ ...group("red"), colour: 1 }] }, /^groups\.0\.colour: unk/],
    [
      { groups: [group("red", "ann"), group("blue", "ann")] },
      /^groups: nobody can be in two groups/,
    ],
    [{ groups: [group("red"), group("red")] }, /^groups: two groups have/],
    [{ groups: [group("red", "ann", "ann")] }, /^groups: nobody/],
    [{ groups: Array(101).fill(group("red")) }, /^groups: /],
    [{ sidebars: [{}] }, /^sidebars\.0\.members: /],
    [{ sidebars: [{ members: [], room: 1.1 }] }, /^sidebars\.0\.room: /],
    [{ sidebars: [{ members: [], room: -1 }] }, /^sidebars\.0\.room: /],
    [{ sidebars: [{ members: [], room: "0" }] }, /^sidebars\.0\.room: /],
    [
      { sidebars: [{ members: ["ann"] }, { members: ["ann"] }] },
      /^sidebars: nobody can be in two/,
    ],
    [channel({ name: "a b" }), /^channels\.0\.name: /],
    [channel({ name: undefined }), /^channels\.0\.name: /],
    [channel({ interpreter: "../x" }), /^channels\.0\.interpreter: /],
    [channel({ interpreter: undefined }), /^channels\.0\.interpreter: /],
    [channel({ original: 2 }), /^channels\.0\.original: /],
    [channel({ original: null }), /^channels\.0\.original: /],
    [channel({ listeners: "all" }), /^channels\.0\.listeners: /],
    [
      {
        channels: [
          { name: "french", interpreter: "ann" },
          { name: "french", interpreter: "bob" },
        ],
      },
      /^channels: two channels have the same name/,
    ],
    [
      {
        channels: [
          { name: "french", interpreter: "ann" },
          { name: "greek", interpreter: "ann" },
        ],
      },
      /^channels: nobody can interpret for two/,
    ],
    [
      {
        channels: [
          { name: "french", interpreter: "ann", listeners: ["cat"] },
          { name: "greek", interpreter: "bob", listeners: ["cat"] },
        ],
      },
      /^channels: nobody can listen to two/,
    ],
    [{ coaches: [{ coach: "ann" }] }, /^coaches\.0\.heardBy: /],
    [{ coaches: [{ heardBy: "ann" }] }, /^coaches\.0\.coach: /],
    [{ greenRoom: ["ann", 7] }, /^greenRoom\.1: /],
    [{ greenRoom: "ann" }, /^greenRoom: /],
  ]),
  ...all("400 bad-request", [
    [PUT, as("application/json", "{")],
    ["PUT /v1/rooms/a.b/routing", { json: {} }, /^room: /],
    ["GET /v1/rooms/room/routing?who=ann", {}, /^who: unknown field/],
  ]),
  ...all("404 no-such-participant", [
    [PUT, { json: { greenRoom: ["nobody"] } }, /nobody/],
    [PUT, { json: channel({}) }],
    [PUT, { json: { coaches: [{ coach: "ann", heardBy: "bob" }] } }],
  ]),
  ...all("404 no-such-room", [
    ["GET /v1/rooms/nowhere/routing"],
    ["PUT /v1/rooms/nowhere/routing", { json: {} }],
  ]),
  ...all("415 unsupported-media-type", [[PUT, as("text/plain", "{}")]]),
  ...all("405 method-not-allowed", [["POST /v1/rooms/room/routing"]]),
]);
