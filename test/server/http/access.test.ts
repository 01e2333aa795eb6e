import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import {
  API_KEY,
  createScope,
  offer,
  sdp,
  sign,
  startHttp,
  type Http,
} from "../../helpers/http.js";

const scope = createScope();
let http: Http;
test.before(async () => {
  http = await startHttp(scope.t, { apiKey: API_KEY, openRooms: ["lobby"] });
  const token = API_KEY;
  for (const room of ["mine", "other"])
    await http.call("PUT", `/v1/rooms/${room}`, { json: {}, token });
});
test.after.always(() => scope.end());

const PROTECTED = [
  "GET /v1/rooms",
  "GET /v1/rooms/mine",
  "PUT /v1/rooms/mine",
  "DELETE /v1/rooms/mine",
  "GET /v1/rooms/mine/participants",
  "PATCH /v1/rooms/mine/participants/x",
  "DELETE /v1/rooms/mine/participants/x",
  "GET /v1/rooms/mine/layout",
  "PUT /v1/rooms/mine/layout",
  "GET /v1/rooms/mine/views/main",
  "PUT /v1/rooms/mine/views/x",
  "DELETE /v1/rooms/mine/views/x",
  "GET /v1/rooms/mine/picture",
  "GET /v1/rooms/mine/picture.jpg",
  "GET /v1/rooms/mine/recordings",
  "POST /v1/rooms/mine/recordings",
  "PATCH /v1/rooms/mine/recordings/x",
  "GET /v1/recordings",
  "GET /v1/recordings/x",
  "DELETE /v1/recordings/x",
  "GET /v1/recordings/x/file",
  "GET /v1/recordings/x/timeline",
  "GET /v1/recordings/x/chapters.vtt",
];

for (const request of PROTECTED) {
  const [method = "", path = ""] = request.split(" ");
  const inRoom = path.includes("/mine");

  test(`${request} needs the key or a token that is valid`, async (t) => {
    const tokens = [
      undefined,
      "not-the-key",
      await sign({ role: "moderator" }, { key: "another key" }),
      await sign({ role: "moderator" }, { expires: "-1s" }),
    ];
    for (const token of tokens) {
      const { status, json, headers } = await http.call(method, path, {
        token,
      });
      t.is(status, 401);
      t.is(json.error.code, "not-authorised");
      t.regex(headers["www-authenticate"] ?? "", /^Bearer/);
    }
  });

  test(`${request} is forbidden to whoever is no moderator of it`, async (t) => {
    const tokens = [
      await sign({ room: "mine", role: "participant" }),
      ...(inRoom ? [await sign({ room: "other", role: "moderator" })] : []),
    ];
    for (const token of tokens) {
      const { status, json } = await http.call(method, path, { token });
      t.is(status, 403);
      t.is(json.error.code, "forbidden");
    }
  });
}

test("a moderator of one room sees that room and its recordings alone", async (t) => {
  const token = await sign({ room: "mine", role: "moderator" });
  const ids: string[] = [];
  for (const room of ["mine", "other"]) {
    const path = `/v1/rooms/${room}/recordings`;
    const { json } = await http.call("POST", path, { token: API_KEY });
    await writeFile(join(http.folder, `${json.id}.mp4`), "data");
    await http.call("PATCH", `${path}/${json.id}`, {
      json: { state: "stopped" },
      token: API_KEY,
    });
    ids.push(json.id);
  }
  const [mine, other] = ids;
  const rooms = await http.call("GET", "/v1/rooms", { token });
  t.deepEqual(
    rooms.json.map(({ room }: { room: string }) => room),
    ["mine"],
  );
  const recordings = await http.call("GET", "/v1/recordings", { token });
  t.deepEqual(
    recordings.json.map(({ id }: { id: string }) => id),
    [mine],
  );
  t.is(
    (await http.call("GET", `/v1/recordings/${mine}/file`, { token })).text,
    "data",
  );
  for (const [method, end] of [
    ["GET", ""],
    ["GET", "/file"],
    ["GET", "/timeline"],
    ["GET", "/chapters.vtt"],
    ["DELETE", ""],
  ] as const) {
    const path = `/v1/recordings/${other}${end}`;
    t.is((await http.call(method, path, { token })).status, 403);
  }
  const all = await http.call("GET", "/v1/recordings", { token: API_KEY });
  t.is(all.json.length, 2);
});

test("health, figures and the description need no key", async (t) => {
  for (const path of ["/livez", "/readyz", "/metrics", "/openapi.json"])
    t.is((await http.call("GET", path)).status, 200);
});

test("WHIP and WHEP need a bearer that lets into the room", async (t) => {
  for (const path of ["/whip/mine", "/whep/mine", "/whip/new", "/whep/new"]) {
    const answer = await http.call("POST", path, sdp(offer()));
    t.is(answer.status, 401);
    t.regex(answer.headers["www-authenticate"] ?? "", /^Bearer/);
    const foreign = await sign({ room: "other" });
    const refused = await http.call(
      "POST",
      path,
      sdp(offer(), { token: foreign }),
    );
    t.is(refused.status, 403);
  }
  t.is(http.directory.find("new"), undefined);
});

test("a token says who a WHIP sender is", async (t) => {
  const token = await sign({
    room: "mine",
    role: "participant",
    name: "Token Ann",
  });
  const path = "/whip/mine?name=Somebody";
  const { headers } = await http.call("POST", path, sdp(offer(), { token }));
  const id = headers.location?.split("/").at(-1);
  const { json } = await http.call("GET", "/v1/rooms/mine/participants", {
    token: API_KEY,
  });
  const ann = json.find((one: { id: string }) => one.id === id);
  t.like(ann, { name: "Token Ann", role: "participant" });
});

test("a room that the configuration opens needs no token", async (t) => {
  const sent = await http.call("POST", "/whip/lobby", sdp(offer()));
  t.is(sent.status, 201);
  t.is((await http.call("DELETE", sent.headers.location ?? "")).status, 200);
});

test("a session is changed and ended by its maker, its participant and the key, and nobody else", async (t) => {
  const maker = await sign({ room: "mine" });
  const begin = (path: string) =>
    http.call("POST", path, sdp(offer(), { token: maker }));
  for (const kind of ["whip", "whep"]) {
    const { headers } = await begin(`/${kind}/mine`);
    const path = headers.location ?? "";
    t.is((await http.call("DELETE", path)).status, 401);
    const other = await sign({ room: "mine", name: "Other" });
    t.is((await http.call("DELETE", path, { token: other })).status, 403);
    const foreign = await sign({ room: "other", role: "moderator" });
    t.is((await http.call("DELETE", path, { token: foreign })).status, 403);
    t.is((await http.call("DELETE", path, { token: maker })).status, 200);

    const second = await begin(`/${kind}/mine`);
    const end = { token: API_KEY };
    t.is(
      (await http.call("DELETE", second.headers.location ?? "", end)).status,
      200,
    );
  }
  const { headers } = await begin("/whip/mine");
  const seat = { token: headers["tutti-token"] ?? "" };
  t.is((await http.call("DELETE", headers.location ?? "", seat)).status, 200);
});

test("one's own mix is for oneself and the key", async (t) => {
  const token = await sign({ room: "mine" });
  const sent = await http.call("POST", "/whip/mine", sdp(offer(), { token }));
  const id = sent.headers.location?.split("/").at(-1);
  const seat = sent.headers["tutti-token"] ?? "";
  const watch = (token?: string) =>
    http.call(
      "POST",
      `/whep/mine?participant=${id}`,
      sdp(offer({ direction: "recvonly" }), { token }),
    );
  t.is((await watch()).status, 401);
  t.is((await watch(token)).status, 403);
  t.is((await watch(API_KEY)).status, 201);
  const own = await watch(seat);
  t.is(own.status, 201);
  const end = { token: seat };
  t.is(
    (await http.call("DELETE", own.headers.location ?? "", end)).status,
    200,
  );
});

test("a PIN is asked of senders and viewers, not of a participant for its own mix", async (t) => {
  const open = await startHttp(t);
  await open.call("PUT", "/v1/rooms/pinned", { json: { pin: "1234" } });
  for (const kind of ["whip", "whep"])
    for (const [query, status] of [
      ["", 401],
      ["?pin=123", 401],
      ["?pin=1234", 201],
    ] as const) {
      const answer = await open.call(
        "POST",
        `/${kind}/pinned${query}`,
        sdp(offer()),
      );
      t.is(answer.status, status);
      if (status === 401) t.is(answer.json.error.code, "wrong-pin");
    }
  const sent = await open.call("POST", "/whip/pinned?pin=1234", sdp(offer()));
  const id = sent.headers.location?.split("/").at(-1);
  const own = sdp(offer(), { token: sent.headers["tutti-token"] ?? "" });
  t.is(
    (await open.call("POST", `/whep/pinned?participant=${id}`, own)).status,
    201,
  );
});

test("without a key a page of another site may read nothing into doing something", async (t) => {
  const open = await startHttp(t);
  await open.call("PUT", "/v1/rooms/room", {});
  const from = (site: string) => ({ headers: { "sec-fetch-site": site } });
  const start = "/v1/rooms/room/recordings";
  t.is((await open.call("POST", start, from("cross-site"))).status, 403);
  t.is(
    (await open.call("DELETE", "/v1/rooms/room", from("cross-site"))).status,
    403,
  );
  t.is((await open.call("POST", start, from("same-origin"))).status, 201);
});
