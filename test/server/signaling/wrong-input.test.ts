import test from "ava";
import { openClient, startSignaling } from "../../helpers/signaling.js";
import { SPOILT } from "../../helpers/spoilt.js";
import { MAIN_VIEW } from "../../helpers/view-settings.js";

const OFFER = { sdp: "v=0" };
const WHOLE = { x: 0, y: 0, width: 1, height: 1 };
const SPOILT_LAYOUT = { regions: [WHOLE], background: { image: SPOILT } };

/** Each is wrong in the field that the error must name. */
const WRONG: [message: object, field: string][] = [
  [{}, "type"],
  [{ type: "shout" }, "type"],
  [{ type: "join" }, "room"],
  [{ type: "join", room: "../etc" }, "room"],
  [{ type: "join", room: "a".repeat(65) }, "room"],
  [{ type: "join", room: "red", name: "" }, "name"],
  [{ type: "join", room: "red", name: "n".repeat(65) }, "name"],
  [{ type: "join", room: "red", muted: "yes" }, "muted"],
  [{ type: "join", room: "red", camera: 1 }, "camera"],
  [{ type: "join", room: "red", pin: 1234 }, "pin"],
  [{ type: "join", room: "red", token: "t".repeat(4097) }, "token"],
  [{ type: "join", room: "red", resume: {} }, "resume"],
  [{ type: "join", room: "red", admin: true }, "admin"],
  [{ type: "publish" }, "sdp"],
  [{ type: "publish", sdp: "" }, "sdp"],
  [{ type: "publish", sdp: "x".repeat(100_001) }, "sdp"],
  [{ type: "publish", ...OFFER, source: "window" }, "source"],
  [{ type: "subscribe" }, "sdp"],
  [{ type: "subscribe", ...OFFER, view: "a/b" }, "view"],
  [{ type: "subscribe", ...OFFER, rendition: "8k" }, "rendition"],
  [{ type: "subscribe", ...OFFER, view: "duo:ann" }, "view"],
  [{ type: "subscribe", ...OFFER, cap: "180p" }, "cap"],
  [{ type: "watch", view: "solo:" }, "view"],
  [{ type: "watch", rendition: "8k" }, "rendition"],
  [{ type: "watch", cap: "low" }, "cap"],
  [{ type: "watch", participant: "p" }, "participant"],
  [{ type: "layout" }, "layout"],
  [{ type: "layout", layout: "spiral" }, "layout"],
  [{ type: "layout", layout: "grid", view: "solo:ann" }, "view"],
  [{ type: "layout", layout: "grid", page: 1 }, "page"],
  [{ type: "layout", layout: { regions: [] } }, "layout.regions"],
  [
    { type: "layout", layout: { regions: [{ ...WHOLE, width: 2 }] } },
    "layout.regions.0.width",
  ],
  [
    { type: "layout", layout: { regions: [WHOLE], music: "x" } },
    "layout.music",
  ],
  [{ type: "pin" }, "participant"],
  [{ type: "pin", participant: "a b" }, "participant"],
  [{ type: "pin", participant: null, view: "../x" }, "view"],
  [{ type: "page" }, "page"],
  [{ type: "page", page: -1 }, "page"],
  [{ type: "page", page: 0.5 }, "page"],
  [{ type: "page", page: 0, view: "solo:ann" }, "view"],
  [{ type: "candidate", candidate: "c", mid: "0" }, "peer"],
  [{ type: "candidate", peer: "both", candidate: "c", mid: "0" }, "peer"],
  [{ type: "candidate", peer: "publish", mid: "0" }, "candidate"],
  [{ type: "candidate", peer: "publish", candidate: "c" }, "mid"],
  [{ type: "update", muted: null }, "muted"],
  [{ type: "update", name: " " }, "name"],
  [{ type: "update", role: "moderator" }, "role"],
  [{ type: "update", sharing: "yes" }, "sharing"],
  [{ type: "moderate", muted: true }, "participant"],
  [{ type: "moderate", participant: "p", gain: 4.1 }, "gain"],
  [{ type: "moderate", participant: "p", gain: -1 }, "gain"],
  [{ type: "update", music: "" }, "music"],
  [{ type: "update", deaf: 1 }, "deaf"],
  [{ type: "update", held: "yes" }, "held"],
  [{ type: "moderate", participant: "p", held: null }, "held"],
  [{ type: "moderate", participant: "p", sharing: true }, "sharing"],
  [{ type: "moderate", participant: "p", camera: false }, "camera"],
  [{ type: "chat" }, "text"],
  [{ type: "chat", text: " \n " }, "text"],
  [{ type: "chat", text: "x".repeat(2001) }, "text"],
  [{ type: "chat", text: "hi", name: "Eve" }, "name"],
  [{ type: "configure", muteOnEntry: 1 }, "muteOnEntry"],
  [{ type: "configure", title: " " }, "title"],
  [{ type: "configure", loudest: 1.5 }, "loudest"],
  [{ type: "configure", sounds: { bell: true } }, "bell"],
  [{ type: "configure", recordingLimits: { maxDuration: 0 } }, "maxDuration"],
  [{ type: "configure", stereo: "yes" }, "stereo"],
  [{ type: "configure", muteOnEntry: true, pin: "1" }, "pin"],
  [{ type: "moderate-all" }, "muted"],
  [{ type: "moderate-all", muted: true, except: "p" }, "except"],
  [{ type: "moderate-all", muted: true, except: ["a b"] }, "except.0"],
  [{ type: "levels" }, "on"],
  [{ type: "levels", on: "yes" }, "on"],
  [{ type: "balance", gain: 1 }, "participant"],
  [{ type: "balance", participant: "p" }, "gain"],
  [{ type: "balance", participant: "p", gain: 4.1 }, "gain"],
  [{ type: "remove" }, "participant"],
  [{ type: "remove", participant: "../p" }, "participant"],
  [{ type: "record" }, "state"],
  [{ type: "record", state: "resumed" }, "state"],
  [{ type: "record", state: "recording", format: "avi" }, "format"],
  [{ type: "live" }, "state"],
  [{ type: "live", state: "paused" }, "state"],
  [{ type: "live", state: "live", url: "x".repeat(901) }, "url"],
  [{ type: "live", state: "stopped", live: "../x" }, "live"],
  [{ type: "playable", of: "all" }, "of"],
  [{ type: "play" }, "sound"],
  [{ type: "play", sound: { file: "a" }, feed: { file: "a" } }, "sound"],
  [{ type: "play", sound: {} }, "sound.file"],
  [{ type: "play", sound: { file: "a", upload: "b" } }, "sound.file"],
  [{ type: "play", sound: { file: "a", duck: 61 } }, "sound.duck"],
  [{ type: "play", sound: { url: "http://a/" } }, "sound"],
  [{ type: "play", feed: { file: "a", volume: 5 } }, "feed.volume"],
  [{ type: "play", feed: { name: "Ann" } }, "feed.url"],
  [{ type: "playback" }, "played"],
  [{ type: "playback", played: "../x" }, "played"],
  [{ type: "playback", played: "p", state: "ended" }, "state"],
  [{ type: "playback", played: "p", position: -1 }, "position"],
  [{ type: "route", routing: { sidebars: [{}] } }, "members"],
  [{ type: "channel" }, "channel"],
  [{ type: "leave", now: true }, "now"],
  [{ type: "ping", at: 1 }, "at"],
];

test("a wrong message is refused with the name of its field, and changes nothing", async (t) => {
  const { url, directory } = await startSignaling(t);
  const client = await openClient(url);
  await client.join("red");
  const before = JSON.stringify(directory.find("red")?.participants());
  for (const [message, field] of WRONG) {
    const reply = await client.request(message);
    t.like(reply, { type: "error", error: { code: "bad-message" } });
    if (reply.type === "error")
      t.true(reply.error.message.includes(field), reply.error.message);
  }
  t.is(JSON.stringify(directory.find("red")?.participants()), before);
  t.is(directory.list().length, 1);
});

test("what is no JSON object is refused, text or not", async (t) => {
  const { url } = await startSignaling(t);
  const client = await openClient(url);
  const wrong = ["", "{", "null", "[]", "7", '"join"', "\u0000"];
  for (const text of wrong) client.send(text);
  client.socket.send(Buffer.from('{"type":"ping"}'));
  t.is(await client.refusal({ type: "ping" }), "pong");
  const errors = client.heard.filter(({ type }) => type === "error");
  t.is(errors.length, wrong.length + 1);
});

test("an id comes back as it was, and a wrong one is no id", async (t) => {
  const { url } = await startSignaling(t);
  const client = await openClient(url);
  client.send('{"type":"ping","id":"a"}');
  client.send('{"type":"ping","id":1.5}');
  client.send('{"type":"ping","id":{"deep":1}}');
  client.send('{"type":"shout","id":"b"}');
  await client.until("pong", ({ id }) => id === 1.5);
  const seen = client.heard.map((message) =>
    "id" in message ? `${message.type} ${message.id}` : message.type,
  );
  t.deepEqual(seen.sort(), ["error", "error b", "pong 1.5", "pong a"]);
});

test("before the join everything but a pulse is refused, and a second join too", async (t) => {
  const { url, directory } = await startSignaling(t);
  const client = await openClient(url);
  for (const message of [
    { type: "publish", ...OFFER },
    { type: "subscribe", ...OFFER },
    { type: "watch", rendition: "low" },
    { type: "layout", layout: "grid" },
    { type: "pin", participant: null },
    { type: "candidate", peer: "publish", candidate: "c", mid: "0" },
    { type: "update", muted: true },
    { type: "moderate", participant: "p" },
    { type: "moderate-all", muted: true },
    { type: "levels", on: true },
    { type: "balance", participant: "p", gain: 0 },
    { type: "remove", participant: "p" },
    { type: "record", state: "recording" },
    { type: "live", state: "live" },
    { type: "playable" },
    { type: "play", sound: { file: "a.mp3" } },
    { type: "playback", played: "p" },
    { type: "leave" },
  ])
    t.is(await client.refusal(message), "bad-message", message.type);
  t.is(await client.refusal({ type: "ping" }), "pong");
  await client.join("red");
  t.is(await client.refusal({ type: "join", room: "blue" }), "conflict");
  t.is(directory.find("blue"), undefined);
});

test("what is not there is not found, what fits nothing is not acceptable, and the picture stays as it was", async (t) => {
  const { url, directory } = await startSignaling(t);
  const client = await openClient(url);
  await client.join("red");
  const cases: [object, string][] = [
    [
      { type: "moderate", participant: "p", muted: true },
      "no-such-participant",
    ],
    [{ type: "remove", participant: "p" }, "no-such-participant"],
    [{ type: "balance", participant: "p", gain: 0 }, "no-such-participant"],
    [
      { type: "candidate", peer: "subscribe", candidate: "c", mid: "0" },
      "not-found",
    ],
    [{ type: "publish", sdp: "fail not-acceptable" }, "not-acceptable"],
    [{ type: "publish", sdp: "fail overloaded" }, "overloaded"],
    [{ type: "watch", view: "main" }, "not-found"],
    [{ type: "subscribe", ...OFFER, view: "hall" }, "not-found"],
    [{ type: "subscribe", ...OFFER, view: "own:p" }, "not-found"],
    [{ type: "layout", view: "hall", layout: "grid" }, "not-found"],
    [{ type: "layout", layout: SPOILT_LAYOUT }, "bad-request"],
    [{ type: "pin", participant: "p" }, "no-such-participant"],
    [{ type: "pin", view: "hall", participant: null }, "not-found"],
    [{ type: "subscribe", sdp: "fail bad-request" }, "bad-request"],
    [{ type: "record", state: "stopped" }, "done"],
    [{ type: "record", state: "paused" }, "done"],
    [{ type: "live", state: "stopped" }, "done"],
    [{ type: "live", state: "stopped", live: "p" }, "not-found"],
    [{ type: "live", state: "live", url: "http://a/b" }, "bad-request"],
    [{ type: "live", state: "live", url: "rtmp://b.net/a/b" }, "forbidden"],
    [{ type: "play", sound: { file: "none.mp4" } }, "not-found"],
    [{ type: "play", sound: { file: "text.txt" } }, "bad-request"],
    [{ type: "play", sound: { upload: "p" } }, "not-found"],
    [{ type: "play", feed: { url: "https://other.net/" } }, "forbidden"],
    [{ type: "play", feed: { url: "file:///etc/passwd" } }, "forbidden"],
    [{ type: "play", feed: { recording: "p" } }, "no-such-recording"],
    [{ type: "playback", played: "p", state: "stopped" }, "not-found"],
  ];
  for (const [message, code] of cases)
    t.is(await client.refusal(message), code, JSON.stringify(message));
  t.deepEqual(directory.find("red")?.view("main"), MAIN_VIEW);
});

test("a refused join may be tried again, but not for ever", async (t) => {
  const { url, directory } = await startSignaling(t);
  await directory.open("red", { pin: "1234" });
  const ann = await openClient(url);
  t.is(await ann.refusal({ type: "join", room: "red" }), "wrong-pin");
  t.is((await ann.join("red", { pin: "1234" })).type, "joined");
  const eve = await openClient(url);
  for (const pin of ["1", "2", "3", "4", "5"])
    t.is(await eve.refusal({ type: "join", room: "red", pin }), "wrong-pin");
  t.deepEqual(await eve.closed, {
    code: 1008,
    reason: "too many refused joins",
  });
});

test("a full room refuses a socket", async (t) => {
  const { url, directory } = await startSignaling(t);
  await directory.open("red", { maxParticipants: 1 });
  await (await openClient(url)).join("red");
  const late = await openClient(url);
  t.is(await late.refusal({ type: "join", room: "red" }), "room-full");
});
