/** Table-driven tests of requests that are wrong: what is answered, and that nothing is changed. */
import test from "ava";
import type { ErrorCode } from "../../server/errors.js";
import {
  createScope,
  offer,
  sdp,
  startHttp,
  type Http,
  type Sent,
} from "./http.js";

/** `PATCH /whip/room/ANN`: ANN is a participant that is there, VIEWER a subscription. */
export type Wrong = {
  request: string;
  sent?: Sent;
  answer: `${number} ${ErrorCode}`;
  says?: RegExp;
};

export const as = (type: string, body: string | Buffer): Sent => ({
  body,
  headers: { "content-type": type },
});

export const fragment = (body: string, headers = {}): Sent => ({
  body,
  headers: { "content-type": "application/trickle-ice-sdpfrag", ...headers },
});

/** One answer to several requests. */
export const all = (
  answer: Wrong["answer"],
  cases: [request: string, sent?: Sent, says?: RegExp][],
): Wrong[] =>
  cases.map(([request, sent, says]) => ({ request, sent, answer, says }));

/** Bodies that one endpoint finds bad, and what it says about each. */
export const badBodies = (
  request: string,
  cases: [json: unknown, says: RegExp][],
): Wrong[] =>
  cases.map(([json, says]) => {
    return { request, sent: { json }, answer: "400 bad-request", says };
  });

const startWithSomebody = async (scope: ReturnType<typeof createScope>) => {
  const http = await startHttp(scope.t);
  const last = (location = ""): string => location.split("/").at(-1) ?? "";
  await http.call("PUT", "/v1/rooms/room", {});
  const ann = await http.call("POST", "/whip/room?name=Ann", sdp(offer()));
  const watching = sdp(offer({ direction: "recvonly" }));
  const viewer = await http.call("POST", "/whep/room", watching);
  const ids = {
    ANN: last(ann.headers.location),
    VIEWER: last(viewer.headers.location),
  };
  return { http, ids };
};

const titleOf = ({ request, sent, answer }: Wrong): string =>
  `${request} ${JSON.stringify(sent ?? {}).replaceAll(/x{9,}/g, "x…x")} is ${answer}`.replaceAll(
    /(?:a=x\\r\\n)+/g,
    "…",
  );

/** Declares a test for each, on one server. */
export const testWrongInputs = (table: readonly Wrong[]): void => {
  const scope = createScope();
  let http: Http;
  let ids = { ANN: "", VIEWER: "" };
  test.before(async () => {
    ({ http, ids } = await startWithSomebody(scope));
  });
  test.after.always(() => scope.end());

  for (const wrong of table)
    // Serial: each looks whether the rooms are as they were.
    test.serial(titleOf(wrong), async (t) => {
      const { request, sent, answer, says = /./ } = wrong;
      const [method = "", template = ""] = request.split(" ");
      const path = template
        .replace("ANN", ids.ANN)
        .replace("VIEWER", ids.VIEWER);
      const before = await http.call("GET", "/v1/rooms");
      const { status, json, headers } = await http.call(method, path, sent);
      t.is(`${status} ${json?.error?.code}`, answer, json?.error?.message);
      t.deepEqual(Object.keys(json), ["error"]);
      t.regex(json.error.message, says);
      t.is(headers["content-type"], "application/json; charset=utf-8");
      t.is(headers["cache-control"], "no-store");
      if (status === 405) t.truthy(headers.allow);
      t.deepEqual((await http.call("GET", "/v1/rooms")).json, before.json);
    });
};
