import { all, badBodies, testWrongInputs } from "../../helpers/wrong-input.js";

const START = "POST /v1/rooms/room/live";
const push = (url: string) => ({ json: { type: "push", url } });

testWrongInputs([
  ...badBodies(START, [
    [{}, /^type: /],
    [{ type: "dash" }, /^type: /],
    [{ type: "hls", renditions: [] }, /^renditions: /],
    [{ type: "hls", renditions: ["huge"] }, /^renditions\.0: /],
    [{ type: "hls", renditions: ["slides"] }, /^renditions\.0: /],
    [{ type: "hls", lowLatency: "yes" }, /^lowLatency: /],
    [{ type: "hls", url: "rtmp://x/a/b" }, /^url: unknown field/],
    [{ type: "hls", view: "../etc" }, /^view: /],
    [{ type: "push" }, /^url: /],
    [{ type: "push", url: "http://example.org/x" }, /^url: must begin/],
    [{ type: "push", url: "file:///etc/passwd" }, /^url: must begin/],
    [{ type: "push", url: "rtmp://h/a/b", path: "/x" }, /^path: unknown/],
  ]),
  ...all("403 forbidden", [
    [START, push("rtmp://example.org/app/key"), /TUTTI_LIVE_HOSTS/],
    [START, push("srt://127.0.0.1:9000"), /TUTTI_LIVE_HOSTS/],
  ]),
  ...all("404 no-such-room", [
    ["GET /v1/rooms/nowhere/live"],
    ["POST /v1/rooms/nowhere/live", { json: { type: "hls" } }],
    ["DELETE /v1/rooms/nowhere/live/x"],
  ]),
  ...all("404 not-found", [
    [START, { json: { type: "hls", view: "hall" } }],
    ["GET /v1/rooms/room/live/none"],
    ["DELETE /v1/rooms/room/live/none"],
    ["GET /live/room/none/index.m3u8"],
    ["GET /live/room/none/720p.m3u8"],
    ["GET /live/room/none/720p/head-0.mp4"],
    ["GET /live/room/none/720p/0.m4s"],
    ["GET /live/nowhere/none/720p/0-1.m4s"],
  ]),
  ...all("400 bad-request", [
    ["GET /live/room/..%2f..%2fetc/720p.m3u8", {}, /^id: /],
    ["GET /live/room/none/..%2fpasswd.m3u8", {}, /^playlist: /],
    ["GET /live/room/none/720p/..%2f0.m4s", {}, /^media: /],
    ["GET /live/room/none/720p.m3u8?_HLS_msn=-1", {}, /^_HLS_msn: /],
    ["GET /live/a.b", {}, /^room: /],
  ]),
]);
