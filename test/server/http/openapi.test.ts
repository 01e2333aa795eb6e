import test from "ava";
import { createRoutes } from "../../../server/http/app.js";
import { createRouter } from "../../../server/http/dispatch.js";
import { describeRoutes } from "../../../server/http/openapi.js";
import { createAccess } from "../../../server/rooms/access.js";
import { startHttp } from "../../helpers/http.js";

// Nothing is asked of these: the table is made without a single call.
const routes = createRoutes({} as never);

type Operation = {
  operationId: string;
  parameters: { name: string; in: string; required: boolean }[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, object>;
};
const document = describeRoutes(routes) as {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    path,
    method,
    operation,
  })),
);
const documented = operations.map(
  ({ method, path }) => `${method.toUpperCase()} ${path}`,
);

/** What stays stable to the outside. */
const PROMISED = [
  "GET /v1/rooms",
  "GET /v1/rooms/{room}",
  "PUT /v1/rooms/{room}",
  "DELETE /v1/rooms/{room}",
  "GET /v1/rooms/{room}/participants",
  "PATCH /v1/rooms/{room}/participants/{id}",
  "DELETE /v1/rooms/{room}/participants/{id}",
  "GET /v1/rooms/{room}/participants/{id}/balances",
  "PUT /v1/rooms/{room}/participants/{id}/balances/{speaker}",
  "POST /v1/rooms/{room}/mute",
  "GET /v1/rooms/{room}/layout",
  "PUT /v1/rooms/{room}/layout",
  ...["GET", "PUT", "DELETE"].map(
    (method) => `${method} /v1/rooms/{room}/views/{view}`,
  ),
  "GET /v1/rooms/{room}/picture",
  "GET /v1/rooms/{room}/picture.jpg",
  "POST /v1/rooms/{room}/rtp",
  "GET /v1/rooms/{room}/rtp",
  "GET /v1/rooms/{room}/rtp/{id}",
  "POST /v1/rooms/{room}/rtp-forwards",
  "GET /v1/rooms/{room}/rtp-forwards",
  "DELETE /v1/rooms/{room}/rtp-forwards/{id}",
  "GET /v1/rooms/{room}/recordings",
  "POST /v1/rooms/{room}/recordings",
  "PATCH /v1/rooms/{room}/recordings/{id}",
  ...["GET", "POST"].flatMap((method) => [
    `${method} /v1/rooms/{room}/feeds`,
    `${method} /v1/rooms/{room}/sounds`,
    `${method} /v1/sounds`,
  ]),
  "GET /v1/rooms/{room}/feeds/{id}",
  ...["GET", "PUT"].map((method) => `${method} /v1/rooms/{room}/routing`),
  ...["PATCH", "DELETE"].flatMap((method) => [
    `${method} /v1/rooms/{room}/feeds/{id}`,
    `${method} /v1/rooms/{room}/sounds/{id}`,
  ]),
  "DELETE /v1/sounds/{id}",
  "GET /v1/media",
  ...["GET", "POST"].map((method) => `${method} /v1/rooms/{room}/live`),
  ...["GET", "DELETE"].map((method) => `${method} /v1/rooms/{room}/live/{id}`),
  "GET /live/{room}/now.json",
  "GET /live/{room}/{id}/{playlist}.m3u8",
  "GET /live/{room}/{id}/{track}/head-{head}.mp4",
  "GET /live/{room}/{id}/{track}/{media}.m4s",
  "GET /v1/recordings",
  "GET /v1/recordings/{id}",
  "DELETE /v1/recordings/{id}",
  "GET /v1/recordings/{id}/file",
  "GET /v1/recordings/{id}/timeline",
  "POST /v1/recordings/{id}/render",
  "GET /v1/renders",
  ...["GET", "DELETE"].map((method) => `${method} /v1/renders/{id}`),
  "GET /v1/recordings/{id}/chapters.vtt",
  "GET /v1/recordings/{id}/tracks/{participant}.opus",
  "GET /v1/recordings/{id}/tracks/{participant}.share.mp4",
  "GET /v1/recordings/{id}/tracks/{participant}.mp4",
  "GET /v1/recordings/{id}/thumbnail.jpg",
  "GET /v1/recordings/{id}/waveform.png",
  "GET /v1/recordings/{id}/waveform.json",
  "GET /v1/recordings/{id}/package",
  ...["GET", "POST"].map((method) => `${method} /v1/recordings/{id}/shares`),
  "DELETE /v1/recordings/{id}/shares/{share}",
  ...["about.json", "timeline", "file", "chapters.vtt"].map(
    (part) => `GET /s/{token}/${part}`,
  ),
  ...["thumbnail.jpg", "waveform.json", "waveform.png", "package"].map(
    (part) => `GET /s/{token}/${part}`,
  ),
  ...["opus", "share.mp4", "mp4"].map(
    (ending) => `GET /s/{token}/tracks/{participant}.${ending}`,
  ),
  ...["whip", "whep"].flatMap((kind) => [
    `POST /${kind}/{room}`,
    `OPTIONS /${kind}/{room}`,
    `PATCH /${kind}/{room}/{id}`,
    `DELETE /${kind}/{room}/{id}`,
    `OPTIONS /${kind}/{room}/{id}`,
  ]),
  "PATCH /whep/{room}/{id}/picture",
  "OPTIONS /whep/{room}/{id}/picture",
  "GET /livez",
  "GET /readyz",
  "GET /metrics",
  "GET /openapi.json",
];

test("the document has every promised route, and no other", (t) => {
  t.deepEqual([...documented].sort(), [...PROMISED].sort());
});

test("the router has every route of the document, and no other", (t) => {
  const { stack } = createRouter(routes, createAccess({ openRooms: true }));
  const routed = stack.flatMap(({ path, methods }) =>
    methods
      // The router answers HEAD wherever it answers GET.
      .filter((method) => method !== "HEAD")
      .map((method) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`),
  );
  t.deepEqual(routed.sort(), [...documented].sort());
});

test("every operation has what OpenAPI 3.1 asks for", (t) => {
  t.is(document.openapi, "3.1.0");
  const ids = operations.map(({ operation }) => operation.operationId);
  t.is(new Set(ids).size, ids.length);
  for (const { path, operation } of operations) {
    t.regex(operation.operationId, /^[a-z][A-Za-z0-9]+$/);
    const inPath = operation.parameters.filter((one) => one.in === "path");
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    t.deepEqual(
      inPath.map(({ name }) => name),
      names as string[],
    );
    t.true(inPath.every(({ required }) => required));
    t.true(
      Object.keys(operation.responses).some((status) => /^20\d$/.test(status)),
    );
    t.truthy(operation.responses.default);
  }
});

const refsOf = (value: unknown): string[] =>
  typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, inner]) =>
        key === "$ref" ? [inner as string] : refsOf(inner),
      )
    : [];

test("every reference in the document leads somewhere in it", (t) => {
  for (const ref of new Set(refsOf(document))) {
    const steps = ref.replace("#/", "").split("/");
    const found = steps.reduce<unknown>(
      (at, step) => (at as Record<string, unknown> | undefined)?.[step],
      document,
    );
    t.truthy(found, ref);
  }
});

test("bodies say what they take and that nothing else may be in them", (t) => {
  const body = document.paths["/v1/rooms/{room}"]?.put?.requestBody;
  t.like(body?.content["application/json"]?.schema, {
    type: "object",
    additionalProperties: false,
    properties: { record: { type: "boolean" } },
  });
});

test("the server gives the document away", async (t) => {
  const { call } = await startHttp(t);
  const { status, json } = await call("GET", "/openapi.json?why=because");
  t.is(status, 200);
  t.deepEqual(json, JSON.parse(JSON.stringify(document)));
});
