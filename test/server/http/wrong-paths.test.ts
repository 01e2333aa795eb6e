import test from "ava";
import { offer, sdp, startHttp } from "../../helpers/http.js";
import { all, testWrongInputs } from "../../helpers/wrong-input.js";

testWrongInputs([
  ...all("404 not-found", [
    ["GET /v1"],
    ["GET /v1/nothing"],
    ["GET /v1/rooms/a/b/c/d"],
    ["GET /v1/rooms/room/picture.png"],
    ["GET /../package.json"],
    ["GET /%2e%2e/package.json"],
    ["GET /assets/../../package.json"],
    ["GET //etc/passwd"],
  ]),
  ...all("400 bad-request", [
    ["GET /v1/rooms/a%2Fb", {}, /^room: must match/],
    ["GET /v1/rooms/..%2F..%2Fetc%2Fpasswd"],
    ["GET /v1/rooms/%00"],
    ["GET /v1/rooms/%E0%A4%A"],
    [`GET /v1/rooms/${"x".repeat(65)}`],
    ["GET /r/a.b"],
    ["GET /r/..%2F..%2Fetc%2Fpasswd"],
  ]),
  ...all("405 method-not-allowed", [
    ["POST /v1/rooms", { json: {} }, /GET/],
    ["PATCH /v1/rooms/room", { json: {} }],
    ["POST /livez"],
    ["DELETE /openapi.json"],
  ]),
]);

test("what the mixer does not accept is 406, and whoever sent it does not stay", async (t) => {
  const { call } = await startHttp(t);
  const odd = sdp(offer({ subject: "fail not-acceptable" }));
  const answer = await call("POST", "/whip/odd", odd);
  t.is(answer.status, 406);
  const error = { code: "not-acceptable", message: "As you wish" };
  t.deepEqual(answer.json, { error });
  t.deepEqual((await call("GET", "/v1/rooms/odd/participants")).json, []);
  t.is((await call("POST", "/whep/odd", odd)).status, 406);
});

test("a bug is 500, and what it was stays on the server", async (t) => {
  const { call, directory } = await startHttp(t);
  directory.list = () => {
    throw new Error("secret path /home/ann");
  };
  const answer = await call("GET", "/v1/rooms");
  t.is(answer.status, 500);
  t.is(answer.json.error.code, "internal");
  t.notRegex(answer.text, /secret/);
});
