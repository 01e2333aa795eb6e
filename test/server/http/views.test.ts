import test from "ava";
import {
  createScope,
  offer,
  sdp,
  startHttp,
  type Http,
} from "../../helpers/http.js";
import { MAIN_VIEW } from "../../helpers/view-settings.js";

const scope = createScope();
let http: Http;
test.before(async () => {
  http = await startHttp(scope.t);
});
test.after.always(() => scope.end());

const lastOf = (location = ""): string => location.split("/").at(-1) ?? "";

const join = async (room: string, subject?: string): Promise<string> => {
  const body = sdp(offer({ subject }));
  const { status, headers } = await http.call("POST", `/whip/${room}`, body);
  if (status !== 201) throw new Error(`join: ${status}`);
  return lastOf(headers.location);
};

/** What the fake mixer has of this room. */
const mixerState = async (room: string) => {
  const body = sdp(offer({ subject: "state" }));
  const { text, headers } = await http.call("POST", `/whip/${room}`, body);
  await http.call("DELETE", headers.location ?? "");
  return JSON.parse(text)[room];
};

const put = (path: string, json: unknown) => http.call("PUT", path, { json });
const get = (path: string) => http.call("GET", path);

test("the layout is read and chosen, with its tiles", async (t) => {
  const ann = await join("seen");
  const path = "/v1/rooms/seen/layout";
  const map = await get(`${path}?view=main`);
  t.is(map.status, 200);
  t.deepEqual(map.json, {
    view: "main",
    layout: "grid",
    width: 1280,
    height: 720,
    timestamp: 90_000,
    pages: 1,
    page: 0,
    tiles: [
      {
        participant: ann,
        source: "camera",
        state: "off",
        x: 0,
        y: 0,
        z: 0,
        width: 1280,
        height: 720,
      },
    ],
  });
  const chosen = await put(path, { layout: "speaker", pinned: ann });
  const now = { ...map.json, layout: "speaker", pinned: ann };
  t.like(chosen, { status: 200, json: now });
  t.deepEqual((await get(path)).json, now);
  const free = await put(path, { layout: "pip", pinned: null, page: 2 });
  t.is(free.json.pinned, undefined);
  t.like((await get("/v1/rooms/seen")).json, { layout: "pip" });
  const alone = await get(`${path}?view=solo:${ann}`);
  t.like(alone, { status: 200, json: { view: `solo:${ann}` } });
});

test("direction, labels and page go with a layout, and what is left out stays", async (t) => {
  const path = "/v1/rooms/directed/layout";
  await put("/v1/rooms/directed", {});
  const said = { temperament: "fast", labels: "talking", page: 1 };
  await put(path, { layout: "grid", ...said });
  await put(path, { layout: "speaker" });
  const { json } = await get("/v1/rooms/directed/views/main");
  t.deepEqual(json, {
    view: "main",
    ...MAIN_VIEW,
    ...said,
    layout: "speaker",
  });
});

test("a view is made, changed, read and taken away", async (t) => {
  await put("/v1/rooms/many", {});
  const path = "/v1/rooms/many/views/phone";
  const made = await put(path, { width: 720, height: 1280, layout: "pip" });
  t.is(made.status, 201);
  const view = { ...MAIN_VIEW, width: 720, height: 1280, layout: "pip" };
  t.deepEqual(made.json, { view: "phone", ...view });
  const changed = await put(path, { autoShare: false });
  t.is(changed.status, 200);
  t.deepEqual(changed.json, { ...made.json, autoShare: false });
  t.deepEqual((await get(path)).json, changed.json);
  t.deepEqual((await get("/v1/rooms/many")).json.views, ["main", "phone"]);
  t.like((await get("/v1/rooms/many/layout?view=phone")).json, {
    view: "phone",
    width: 720,
  });
  t.is((await get("/v1/rooms/many/picture?view=phone")).status, 200);
  t.like(await http.call("DELETE", path), { status: 204, text: "" });
  t.is((await get(path)).status, 404);
});

test("layouts take pictures of 1 MiB, also those of other views, and a room then says that its layout is custom", async (t) => {
  await join("branded");
  const image = Buffer.alloc(1024 * 1024, 7).toString("base64");
  const layout = {
    regions: [
      { x: 0, y: 0, width: 0.7, height: 1, source: "speaker", fit: "blur" },
      { x: 0.7, y: 0, width: 0.3, height: 0.5, source: { role: "guest" } },
      { x: 0.7, y: 0.5, width: 0.3, height: 0.5, z: 1 },
    ],
    background: { colour: "#102030", image },
    logo: { image, x: 0.9, y: 0.9, width: 0.1 },
    labels: "talking",
  };
  const chosen = await put("/v1/rooms/branded/layout", { layout });
  t.is(chosen.status, 200, chosen.text);
  t.is(chosen.json.layout, "custom");
  const room = await get("/v1/rooms/branded");
  t.is(room.json.layout, "custom");
  t.true(room.text.length < 1000);
  t.deepEqual((await get("/v1/rooms/branded/views/main")).json.layout, layout);
  const made = await put("/v1/rooms/branded/views/tall", { layout });
  t.is(made.status, 201, made.text);
  t.deepEqual(made.json.layout, layout);
  t.deepEqual((await mixerState("branded")).views.main.layout, layout);
});

test("a room is created with a layout, and one that is changed keeps the rest of its view", async (t) => {
  await put("/v1/rooms/fresh", { layout: "speaker" });
  await put("/v1/rooms/fresh/layout", { layout: "speaker", labels: "off" });
  const video = { width: 640, height: 360, fps: 15 };
  t.is((await put("/v1/rooms/fresh", { title: "Fresh", video })).status, 409);
  t.like((await put("/v1/rooms/fresh", { layout: "pip" })).json, {
    title: "fresh",
    layout: "pip",
  });
  t.like((await mixerState("fresh")).views.main, {
    layout: "pip",
    labels: "off",
  });
});

test("WHEP watches any view at any rung", async (t) => {
  const ann = await join("watched");
  await put("/v1/rooms/watched/views/hall", {});
  const body = sdp(offer({ direction: "recvonly" }));
  for (const [view, rendition] of [
    ["hall", "540p"],
    [`solo:${ann}`, "slides"],
    [`own:${ann}`, "high"],
  ] as const) {
    const path = `/whep/watched?view=${view}&rendition=${rendition}`;
    const { status, headers } = await http.call("POST", path, body);
    t.is(status, 201);
    const { watching } = await mixerState("watched");
    t.deepEqual(watching[lastOf(headers.location)], { view, rendition });
  }
});

test("a recording may be of another view", async (t) => {
  await put("/v1/rooms/filmed/views/film", {}).then(({ status }) =>
    t.is(status, 404, "the room is not there yet"),
  );
  await put("/v1/rooms/filmed", {});
  await put("/v1/rooms/filmed/views/film", { width: 1920, height: 1080 });
  const path = "/v1/rooms/filmed/recordings";
  const json = { view: "film", rendition: "1080p" };
  const started = await http.call("POST", path, { json });
  t.is(started.status, 201);
  const { recordings } = await mixerState("filmed");
  t.deepEqual(recordings, { [started.json.id]: "film" });
});

test("a mixer that is overloaded answers 503, and whoever came does not stay", async (t) => {
  const body = sdp(offer({ subject: "fail overloaded" }));
  const { status, json } = await http.call("POST", "/whip/busy", body);
  t.is(status, 503);
  t.is(json.error.code, "overloaded");
  t.deepEqual((await get("/v1/rooms/busy/participants")).json, []);
});

test("participants show what they receive", async (t) => {
  const ann = await join("fine");
  const body = sdp(offer({ direction: "recvonly" }));
  const path = `/whep/fine?participant=${ann}`;
  const { headers } = await http.call("POST", path, body);
  const quality = {
    view: "main",
    rung: "360p",
    wanted: "auto",
    codec: "vp8",
    encoder: "libvpx",
    lost: 0,
  };
  const subscription = lastOf(headers.location);
  const data = { room: "fine", subscription, quality };
  await join("fine", `event ${JSON.stringify({ name: "quality", data })}`);
  const { json } = await get("/v1/rooms/fine/participants");
  t.deepEqual(json[0].quality, quality);
  t.false("quality" in json[1]);
});

test("the picture is a JPEG that nobody keeps, at both of its paths", async (t) => {
  await join("shot");
  for (const name of ["picture", "picture.jpg"]) {
    const { status, headers, bytes } = await get(`/v1/rooms/shot/${name}`);
    t.is(status, 200);
    t.is(headers["content-type"], "image/jpeg");
    t.is(headers["cache-control"], "no-store");
    t.deepEqual([...bytes], [0xff, 0xd8, 0xff]);
  }
});
