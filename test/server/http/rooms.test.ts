import test from "ava";
import {
  createScope,
  offer,
  sdp,
  startHttp,
  type Http,
} from "../../helpers/http.js";

const scope = createScope();
let http: Http;
test.before(async () => {
  http = await startHttp(scope.t);
});
test.after.always(() => scope.end());

const join = async (room: string, name: string): Promise<string> => {
  const { status, headers } = await http.call(
    "POST",
    `/whip/${room}?name=${name}`,
    sdp(offer()),
  );
  if (status !== 201) throw new Error(`join: ${status}`);
  return headers.location?.split("/").at(-1) ?? "";
};

test("a PUT creates a room, a second one changes what it says and nothing else", async (t) => {
  const made = await http.call("PUT", "/v1/rooms/made", {
    json: { title: "Chór", pin: "1234", maxParticipants: 2, record: true },
  });
  t.is(made.status, 201);
  t.regex(made.json.createdAt, /^\d{4}-\d\d-\d\dT/);
  const expected = {
    room: "made",
    title: "Chór",
    pinRequired: true,
    maxParticipants: 2,
    video: { width: 1280, height: 720, fps: 30 },
    layout: "grid",
    views: ["main"],
    record: true,
    muteOnEntry: false,
    voicemail: false,
    agc: true,
    stereo: false,
    loudest: 0,
    tracks: "none",
    recordingLimits: {},
    sounds: { join: false, leave: false, alone: false, recording: true },
    participants: 0,
    recording: false,
    overload: 0,
    createdAt: made.json.createdAt,
  };
  t.deepEqual(made.json, expected);
  const changed = await http.call("PUT", "/v1/rooms/made", {
    json: { title: "Choir", pin: null },
  });
  t.is(changed.status, 200);
  t.deepEqual(changed.json, {
    ...expected,
    title: "Choir",
    pinRequired: false,
  });
  t.deepEqual((await http.call("GET", "/v1/rooms/made")).json, changed.json);
});

test("a PUT without a body makes a room of defaults, named after itself", async (t) => {
  const { status, json } = await http.call("PUT", "/v1/rooms/plain");
  t.is(status, 201);
  t.like(json, { title: "plain", pinRequired: false, maxParticipants: 3 });
});

test("a PIN is never shown", async (t) => {
  const { text } = await http.call("PUT", "/v1/rooms/secret", {
    json: { pin: "s3cr3t" },
  });
  t.notRegex(text + (await http.call("GET", "/v1/rooms")).text, /s3cr3t/);
});

test("the size of a picture that is being made cannot change", async (t) => {
  const video = { width: 640, height: 360, fps: 15 };
  await http.call("PUT", "/v1/rooms/sized", { json: { video } });
  await join("sized", "Ann");
  t.is(
    (await http.call("PUT", "/v1/rooms/sized", { json: { video } })).status,
    200,
  );
  const { status, json } = await http.call("PUT", "/v1/rooms/sized", {
    json: { title: "x", video: { ...video, fps: 30 } },
  });
  t.is(status, 409);
  t.is(json.error.code, "conflict");
  t.regex(json.error.message, /^video\.fps: /);
  t.like((await http.call("GET", "/v1/rooms/sized")).json, {
    title: "sized",
    video,
  });
});

test("rooms are listed, and gone when they are closed", async (t) => {
  await http.call("PUT", "/v1/rooms/closing", {});
  const { json } = await http.call("GET", "/v1/rooms");
  t.true(json.some(({ room }: { room: string }) => room === "closing"));
  t.like(await http.call("DELETE", "/v1/rooms/closing"), {
    status: 204,
    text: "",
  });
  t.is((await http.call("GET", "/v1/rooms/closing")).status, 404);
  t.is(
    (await http.call("DELETE", "/v1/rooms/closing")).json.error.code,
    "no-such-room",
  );
});

test("participants are listed, changed and removed", async (t) => {
  const ann = await join("people", "Ann");
  await join("people", "Bob");
  const list = await http.call("GET", "/v1/rooms/people/participants");
  t.deepEqual(
    list.json.map(({ name }: { name: string }) => name),
    ["Ann", "Bob"],
  );
  t.like(list.json[0], {
    id: ann,
    role: "moderator",
    muted: false,
    camera: true,
    talking: false,
    state: "present",
    gain: 1,
    music: false,
    sharing: false,
    inMix: { why: "connecting" },
  });
  t.is((await http.call("GET", "/v1/rooms/people")).json.participants, 2);

  const path = `/v1/rooms/people/participants/${ann}`;
  const change = {
    name: "Änn",
    muted: true,
    cameraOff: true,
    sharing: false,
    gain: 0.5,
    role: "participant",
  };
  const changed = await http.call("PATCH", path, { json: change });
  t.is(changed.status, 200);
  t.like(changed.json, {
    name: "Änn",
    muted: true,
    camera: false,
    gain: 0.5,
    role: "participant",
  });
  t.is(
    (await http.call("PATCH", path)).status,
    200,
    "an empty change changes nothing",
  );

  t.is((await http.call("DELETE", path)).status, 204);
  t.is(
    (await http.call("DELETE", path)).json.error.code,
    "no-such-participant",
  );
  t.is((await http.call("GET", "/v1/rooms/people")).json.participants, 1);
});

test("everybody is muted but for some, and one is made deaf or put on hold", async (t) => {
  const ann = await join("quiet", "Ann");
  const bob = await join("quiet", "Bob");
  const mute = (json: object) =>
    http.call("POST", "/v1/rooms/quiet/mute", { json });
  const muted = ({ json }: Awaited<ReturnType<typeof mute>>) =>
    json
      .filter((one: { muted: boolean }) => one.muted)
      .map(({ id }: { id: string }) => id);
  t.deepEqual(muted(await mute({ muted: true, except: [ann] })), [bob]);
  t.deepEqual(muted(await mute({ muted: false })), []);
  const path = `/v1/rooms/quiet/participants/${ann}`;
  const json = { deaf: true, held: true };
  t.like((await http.call("PATCH", path, { json })).json, json);
});
