import test from "ava";
import {
  createScope,
  offer,
  sdp,
  startHttp,
  type Http,
} from "../../helpers/http.js";
import { fragment } from "../../helpers/wrong-input.js";

const scope = createScope();
let http: Http;
test.before(async () => {
  http = await startHttp(scope.t, {
    iceServers: [
      { urls: "stun:stun.example.net" },
      {
        urls: ["turn:a.example", "turns:b.example"],
        username: 'u"x',
        credential: "p\\w",
      },
    ],
  });
});
test.after.always(() => scope.end());

const recvonly = offer({ direction: "recvonly" });
const lastOf = (location = ""): string => location.split("/").at(-1) ?? "";

test("a WHIP offer makes a participant, with all headers of RFC 9725", async (t) => {
  const sent = sdp(offer({ ufrag: "wxyz" }), {
    headers: { "content-type": "application/sdp; charset=utf-8" },
  });
  const { status, headers, text } = await http.call(
    "POST",
    "/whip/studio?name=Ann",
    sent,
  );
  t.is(status, 201);
  t.is(headers["content-type"], "application/sdp");
  t.true(text.startsWith("answer to v=0"));
  t.regex(headers.location ?? "", /^\/whip\/studio\/[\w-]{1,64}$/);
  t.regex(headers.etag ?? "", /^"\w+"$/);
  t.is(headers["accept-patch"], "application/trickle-ice-sdpfrag");
  t.regex(headers["tutti-token"] ?? "", /^[\w-]{20,}$/);
  t.is(
    headers.link,
    [
      '<stun:stun.example.net>; rel="ice-server"',
      '<turn:a.example>; rel="ice-server"; username="u\\"x"; credential="p\\\\w"; credential-type="password"',
      '<turns:b.example>; rel="ice-server"; username="u\\"x"; credential="p\\\\w"; credential-type="password"',
    ].join(", "),
  );
  const { json } = await http.call("GET", "/v1/rooms/studio/participants");
  t.like(json[0], {
    id: lastOf(headers.location),
    name: "Ann",
    camera: true,
    muted: false,
  });
});

test("a WHIP sender of sound alone has no camera", async (t) => {
  const voice = offer().split("m=video")[0] ?? "";
  await http.call("POST", "/whip/voice", sdp(voice));
  const { json } = await http.call("GET", "/v1/rooms/voice/participants");
  t.like(json[0], { name: "Guest", camera: false });
});

test("late candidates reach the mixer, and DELETE ends what POST began", async (t) => {
  for (const [kind, sdpOffer] of [
    ["whip", offer()],
    ["whep", recvonly],
  ] as const) {
    const room = `trickle-${kind}`;
    const begun = await http.call("POST", `/${kind}/${room}`, sdp(sdpOffer));
    t.is(begun.status, 201);
    const { location: path = "", etag = "" } = begun.headers;
    const candidate = "a=candidate:1 1 udp 2122 192.0.2.1 61764 typ host";
    const lines = [
      "a=ice-ufrag:abcd",
      "m=audio 9 UDP/TLS/RTP/SAVPF 0",
      "a=mid:0",
    ];
    const late = [
      ...lines,
      candidate,
      candidate,
      "a=end-of-candidates",
      "",
    ].join("\r\n");
    for (const match of [etag, "*"]) {
      const headers = { "if-match": match };
      const patched = await http.call("PATCH", path, fragment(late, headers));
      t.like(patched, { status: 204, text: "" });
    }
    const asked = await http.call(
      "POST",
      `/whip/${room}`,
      sdp(offer({ subject: "state" })),
    );
    t.is(JSON.parse(asked.text)[room].candidates.length, 4);

    const ended = await http.call("DELETE", path);
    t.like(ended, { status: 200, text: "" });
    t.is((await http.call("DELETE", path)).status, 404);
    t.is((await http.call("PATCH", path, fragment(late))).status, 404);
    const state = await http.call(
      "POST",
      `/whip/${room}`,
      sdp(offer({ subject: "state" })),
    );
    const { participants, subscriptions } = JSON.parse(state.text)[room];
    t.false(lastOf(path) in participants);
    t.false(subscriptions.includes(lastOf(path)));
  }
});

test("a session ends with its participant", async (t) => {
  const { headers } = await http.call("POST", "/whip/removed", sdp(offer()));
  const id = lastOf(headers.location);
  await http.call("DELETE", `/v1/rooms/removed/participants/${id}`);
  t.is((await http.call("DELETE", headers.location ?? "")).status, 404);
});

test("a viewer may be there before anybody else", async (t) => {
  const { status, headers, text } = await http.call(
    "POST",
    "/whep/hall?rendition=low&view=main",
    sdp(recvonly),
  );
  t.is(status, 201);
  t.regex(headers.location ?? "", /^\/whep\/hall\/[\w-]{1,64}$/);
  t.is(headers["tutti-token"], undefined);
  t.true(text.startsWith("answer to v=0"));
  t.is((await http.call("GET", "/v1/rooms/hall")).json.participants, 0);
});

test("a full room says so, and viewers still find their place", async (t) => {
  for (let n = 0; n < 3; n++)
    t.is((await http.call("POST", "/whip/full", sdp(offer()))).status, 201);
  const refused = await http.call("POST", "/whip/full", sdp(offer()));
  t.is(refused.status, 409);
  t.is(refused.json.error.code, "room-full");
  t.is((await http.call("POST", "/whep/full", sdp(recvonly))).status, 201);
});

test("browsers on other pages may use them, and read what they need", async (t) => {
  for (const [path, methods] of [
    ["/whip/x", "POST"],
    ["/whep/x", "POST"],
    ["/whip/x/y", "PATCH, DELETE"],
    ["/whep/x/y", "PATCH, DELETE"],
    ["/whep/x/y/picture", "PATCH"],
  ] as const) {
    const { status, headers } = await http.call("OPTIONS", path);
    t.is(status, 204);
    t.is(headers["access-control-allow-origin"], "*");
    t.true(headers["access-control-allow-methods"]?.startsWith(methods));
    t.is(
      headers["access-control-allow-headers"],
      "Authorization, Content-Type, If-Match",
    );
    t.is(headers["accept-post"], "application/sdp");
  }
  const refused = await http.call("POST", "/whip/x", sdp("nonsense"));
  t.is(refused.headers["access-control-allow-origin"], "*");
  const { headers } = await http.call("POST", "/whep/cors", sdp(recvonly));
  t.regex(
    headers["access-control-expose-headers"] ?? "",
    /Location.*Link.*ETag/,
  );
  const rest = await http.call("GET", "/v1/rooms");
  t.is(rest.headers["access-control-allow-origin"], undefined);
});
