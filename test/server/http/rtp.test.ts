import test from "ava";
import { startHttp } from "../../helpers/http.js";

const HERE = { address: "127.0.0.1", port: 5004 };
const KEY = Buffer.alloc(30, 1).toString("base64");

test("who joins by RTP is a participant, and is told where to send", async (t) => {
  const { call } = await startHttp(t);
  const { status, json } = await call("POST", "/v1/rooms/red/rtp", {
    json: { name: "Ann", codec: "pcma", ...HERE, muted: true },
  });
  t.is(status, 201, JSON.stringify(json));
  t.like(json, {
    ...{ codec: "pcma", rate: 8000, channels: 1, payloadType: 8, ptime: 20 },
    ...{ address: "127.0.0.1", rtcpMux: false, timeout: 30 },
  });
  const lines: string[] = json.sdp.split("\r\n");
  t.true(lines.includes(`m=audio ${json.port} RTP/AVP 8`));
  t.true(lines.includes("a=rtpmap:8 PCMA/8000"));
  t.true(lines.includes("a=sendrecv"));
  t.true(json.receive.includes("m=audio 5004 RTP/AVP 8\r\n"));
  const people = await call("GET", "/v1/rooms/red/participants");
  t.like(people.json[0], {
    ...{ id: json.participant, name: "Ann", state: "present" },
    ...{ muted: true, camera: false, inMix: { why: "connecting" } },
  });
  t.deepEqual((await call("GET", "/v1/rooms/red/rtp")).json, [json]);
  const one = await call("GET", `/v1/rooms/red/rtp/${json.participant}`);
  t.like(one.json, { participant: json.participant, stats: { received: 5 } });
  const path = `/v1/rooms/red/participants/${json.participant}`;
  t.is((await call("DELETE", path)).status, 204);
  t.deepEqual((await call("GET", "/v1/rooms/red/rtp")).json, []);
});

const CODECS = [
  [{ codec: "opus" }, "a=rtpmap:111 opus/48000/2", 20],
  [
    { codec: "opus", channels: 2 },
    "a=fmtp:111 useinbandfec=1;stereo=1;sprop-stereo=1",
    20,
  ],
  [{ codec: "pcmu", payloadType: 100 }, "a=rtpmap:100 PCMU/8000", 20],
  [{ codec: "l16" }, "a=rtpmap:97 L16/48000", 10],
  [{ codec: "l16", rate: 44_100, channels: 2 }, "a=rtpmap:97 L16/44100/2", 5],
  [{ codec: "l16", rate: 8000 }, "a=rtpmap:97 L16/8000", 20],
  [{ codec: "pcmu", ptime: 10 }, "a=ptime:10", 10],
] as const;

for (const [asked, line, ptime] of CODECS)
  test(`${JSON.stringify(asked)} is "${line}" in packets of ${ptime} ms`, async (t) => {
    const { call } = await startHttp(t);
    const { json } = await call("POST", "/v1/rooms/red/rtp", {
      json: { name: "Ann", ...asked },
    });
    t.true(json.sdp.includes(`${line}\r\n`), json.sdp);
    t.is(json.ptime, ptime);
    t.is(json.receive, undefined);
  });

test("each side has a key of its own, and nobody is told the other's again", async (t) => {
  const { call } = await startHttp(t);
  const { json, text } = await call("POST", "/v1/rooms/red/rtp", {
    json: { name: "Ann", codec: "opus", srtp: { key: KEY } },
  });
  t.is(json.srtp.suite, "AES_CM_128_HMAC_SHA1_80");
  t.is(Buffer.from(json.srtp.key, "base64").length, 30);
  t.true(
    json.sdp.includes(`a=crypto:1 ${json.srtp.suite} inline:${json.srtp.key}`),
  );
  t.true(json.sdp.includes("RTP/SAVP"));
  t.false(text.includes(KEY));
});

test("a server that names no hosts exchanges no plain RTP", async (t) => {
  const { call } = await startHttp(t, { rtpHosts: [] });
  await call("PUT", "/v1/rooms/red", { json: {} });
  for (const [path, json] of [
    ["rtp", { name: "Ann", codec: "opus" }],
    ["rtp", { name: "Ann", codec: "opus", ...HERE }],
    ["rtp-forwards", { codec: "opus", ...HERE }],
  ] as const) {
    const answer = await call("POST", `/v1/rooms/red/${path}`, { json });
    t.is(answer.status, 403);
    t.regex(answer.json.error.message, /TUTTI_RTP_HOSTS/);
  }
  t.deepEqual((await call("GET", "/v1/rooms/red/participants")).json, []);
});

test("forwards are listed and ended, and end with whom they are of", async (t) => {
  const { call } = await startHttp(t);
  const path = "/v1/rooms/red/rtp-forwards";
  const ann = await call("POST", "/v1/rooms/red/rtp", {
    json: { name: "Ann", codec: "opus" },
  });
  const what = { participant: ann.json.participant };
  const mix = await call("POST", path, { json: { codec: "l16", ...HERE } });
  t.is(mix.status, 201);
  t.like(mix.json, { what: "mix", ...HERE, ptime: 10 });
  t.regex(mix.json.sdp, /m=audio 5004 RTP\/AVP 97\r\n/);
  const alone = await call("POST", path, {
    json: { codec: "opus", ...HERE, what, srtp: {} },
  });
  t.regex(
    alone.json.sdp,
    /a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:\S{40}\r\n/,
  );
  t.is((await call("GET", path)).json.length, 2);
  await call("DELETE", `/v1/rooms/red/participants/${what.participant}`);
  t.deepEqual((await call("GET", path)).json, [mix.json]);
  t.is((await call("DELETE", `${path}/${mix.json.id}`)).status, 204);
  t.is((await call("DELETE", `${path}/${mix.json.id}`)).status, 404);
});

test("a room has at most 16 forwards", async (t) => {
  const { call } = await startHttp(t);
  await call("PUT", "/v1/rooms/red", { json: {} });
  const add = () =>
    call("POST", "/v1/rooms/red/rtp-forwards", {
      json: { codec: "opus", ...HERE },
    });
  for (let n = 0; n < 16; n++) t.is((await add()).status, 201);
  t.is((await add()).json.error.code, "conflict");
});
