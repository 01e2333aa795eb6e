import {
  all,
  as,
  badBodies,
  testWrongInputs,
} from "../../helpers/wrong-input.js";

const START = "POST /v1/rooms/room/recordings";
const NONE = "PATCH /v1/rooms/room/recordings/none";
const stop = { json: { state: "stopped" } };

testWrongInputs([
  ...badBodies(START, [
    [{ format: "avi" }, /^format: /],
    [{ rendition: "huge" }, /^rendition: /],
    [{ format: "wav", view: "main" }, /sound alone/],
    [{ format: "opus", rendition: "high" }, /sound alone/],
    [{ maxDuration: 0 }, /^maxDuration: /],
    [{ maxSize: 10 }, /^maxSize: /],
    [{ stopWhenEmpty: -1 }, /^stopWhenEmpty: /],
    [{ path: "/etc" }, /^path: unknown field/],
  ]),
  ...badBodies(NONE, [
    [{}, /^state: /],
    [{ state: "gone" }, /^state: /],
    [{ state: "pause" }, /^state: /],
    [{ state: true }, /^state: /],
    [{ state: "stopped", now: true }, /^now: unknown field/],
  ]),
  ...all("415 unsupported-media-type", [
    [START, as("application/x-www-form-urlencoded", "format=mp4")],
    [NONE],
  ]),
  ...all("400 bad-request", [
    [NONE, as("application/json", ""), /^state: /],
    ["PATCH /v1/rooms/room/recordings/a%2Fb", stop, /^id: /],
    ["GET /v1/recordings/..%2F..%2Fetc%2Fpasswd/file", {}, /^id: /],
    ["GET /v1/recordings/%2e%2e/file", {}, /^id: /],
    ["GET /v1/recordings/a.mp4", {}, /^id: /],
    ["DELETE /v1/recordings/..%5C..", {}, /^id: /],
    ["GET /v1/recordings?most=5", {}, /^most: unknown field/],
  ]),
  ...all("404 no-such-room", [
    ["GET /v1/rooms/nowhere/recordings"],
    ["POST /v1/rooms/nowhere/recordings"],
    ["PATCH /v1/rooms/nowhere/recordings/none", stop],
  ]),
  ...all("404 no-such-recording", [
    [NONE, stop],
    [NONE, { json: { state: "paused" } }],
    [NONE, { json: { state: "recording" } }],
    ["GET /v1/recordings/none"],
    ["GET /v1/recordings/none/file"],
    ["DELETE /v1/recordings/none"],
  ]),
  ...all("405 method-not-allowed", [
    ["POST /v1/recordings"],
    ["PUT /v1/recordings/none/file"],
  ]),
]);
