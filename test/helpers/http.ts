/** The real HTTP edge on a free port, over real rooms, the real library and a real process that runs `fake-mixer.ts`. */
import { once } from "node:events";
import { createServer, request } from "node:http";
import { join } from "node:path";
import type { AddressInfo } from "node:net";
import type { ExecutionContext } from "ava";
import { SignJWT } from "jose";
import { createApp } from "../../server/http/app.js";
import { createMetrics } from "../../server/metrics.js";
import { startRenderChild } from "../../server/mixers/render-child.js";
import {
  createKeeping,
  type KeepingOptions,
} from "../../server/recordings/keeping.js";
import { createLibrary } from "../../server/recordings/library.js";
import { createRenders } from "../../server/recordings/renders/queue.js";
import { createUploads } from "../../server/recordings/uploads.js";
import { createAccess, type AccessConfig } from "../../server/rooms/access.js";
import { createDirectory } from "../../server/rooms/directory.js";
import { parseFeedHost } from "../../server/rooms/feed-hosts.js";
import type { RTCIceServerLike } from "../../server/signaling/messages.js";
import { makeFolder } from "./folder.js";
import { makePushes, noPushes } from "./pushes.js";
import { DEFAULTS } from "./rooms.js";
import { silentLog, startSupervisor, type FakeOptions } from "./supervisor.js";

export const API_KEY = "a-key-of-more-than-32-characters-for-tests";

export type HttpOptions = Partial<AccessConfig> & {
  fake?: FakeOptions;
  pages?: string;
  iceServers?: RTCIceServerLike[];
  keeping?: Partial<KeepingOptions>;
  /** This machine if not said. */
  rtpHosts?: string[];
  /** Announced; nothing listens there. */
  rtmpPort?: number;
};

export type Sent = {
  json?: unknown;
  body?: string | Buffer;
  headers?: Record<string, string>;
  /** Sent as a bearer. */
  token?: string;
};

export type Answer = {
  status: number;
  headers: Record<string, string | undefined>;
  bytes: Buffer;
  text: string;
  // Tests look into many shapes; the schemas are checked on their own.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  json: any;
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const makeCall =
  (port: number) =>
  async (method: string, path: string, sent: Sent = {}): Promise<Answer> => {
    const { json, body = JSON.stringify(json), token } = sent;
    const headers = {
      ...(json !== undefined && { "content-type": "application/json" }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      // Without a length, as in a chunked body, none is said.
      ...(body !== undefined &&
        sent.headers?.["transfer-encoding"] === undefined && {
          "content-length": Buffer.byteLength(body),
        }),
      ...sent.headers,
    };
    // Not fetch: it tidies paths and headers that a test means as they are.
    const asked = request({ port, method, path, headers, agent: false });
    asked.end(body);
    const [response] = await once(asked, "response");
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const text = bytes.toString();
    const { statusCode: status } = response;
    return {
      status,
      headers: response.headers,
      bytes,
      text,
      json: parse(text),
    };
  };

export type Http = Awaited<ReturnType<typeof startHttp>>;

export const startHttp = async (
  t: ExecutionContext,
  {
    fake,
    iceServers = [],
    pages = "/nowhere",
    keeping: kept,
    ...rest
  }: HttpOptions = {},
) => {
  const { rtpHosts = ["127.0.0.0/8"], rtmpPort = 0 } = rest;
  const { apiKey, openRooms = apiKey === undefined } = rest;
  const folder = await makeFolder(t);
  const supervisor = startSupervisor(t, fake);
  const library = createLibrary({ directory: folder, log: silentLog });
  t.teardown(() => library.close());
  const directory = createDirectory({
    supervisor,
    journal: library,
    defaults: DEFAULTS,
    log: silentLog,
  });
  t.teardown(() => directory.drain());
  const keeping = createKeeping({
    ...{ directory: folder, library, log: silentLog, limits: {} },
    isNeeded: () => false,
    ...kept,
  });
  t.teardown(() => keeping.close());
  const metrics = createMetrics({ directory, mixers: supervisor, keeping });
  t.teardown(() => metrics.close());
  const access = createAccess({ apiKey, openRooms });
  const log = silentLog;
  const pushes = rtmpPort === 0 ? noPushes() : makePushes(rtmpPort);
  t.teardown(() => pushes.close());
  const media = {
    ...{ library, keeping, folder: join(folder, "media") },
    feedHosts: [parseFeedHost("*.example.com")],
    pushes,
    uploads: createUploads({
      directory: folder,
      inspect: (source) =>
        supervisor.pick().request("media.inspect", { source }),
    }),
  };
  const config = { trustProxy: false };
  const renders = createRenders({
    ...{ directory: folder, library, journal: library, log },
    run: (...asked) => startRenderChild(...asked, process.env),
    fetch: (id) => keeping.fetch(id),
    atOnce: 1,
  });
  t.teardown(() => renders.close());
  const parts = { directory, access, library, keeping, media, renders };
  const own = { config, metrics, ...parts };
  const deps = { ...own, log, pages };
  const app = createApp({
    ...{ ...deps, iceServers, rtpHosts },
    mixers: supervisor,
  });
  const server = createServer(app.callback());
  server.listen(0);
  await once(server, "listening");
  t.teardown(() => void server.close());
  await supervisor.started();
  const { port } = server.address() as AddressInfo;
  const running = { folder, supervisor, library, keeping, directory, port };
  return { ...running, call: makeCall(port) };
};

/** One server for all tests of a file: as much of `t` as the helpers need, and its end for `test.after.always`. */
export const createScope = () => {
  const ends: (() => unknown)[] = [];
  const teardown = (end: () => unknown): void => void ends.push(end);
  return {
    t: { teardown } as unknown as ExecutionContext,
    end: async (): Promise<void> => {
      for (const end of ends.reverse()) await end();
    },
  };
};

/** A token as an application would sign it with the key. */
export const sign = (
  claims: Record<string, unknown>,
  { key = API_KEY, expires = "1h" } = {},
): Promise<string> =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime(expires)
    .sign(new TextEncoder().encode(key));

/** As much of an offer as the HTTP edge looks at. The fake mixer obeys its subject line. */
export const offer = ({
  direction = "sendonly",
  ufrag = "abcd",
  subject = "-",
} = {}): string =>
  [
    "v=0",
    "o=- 1 1 IN IP4 0.0.0.0",
    `s=${subject}`,
    "t=0 0",
    "a=group:BUNDLE 0 1",
    ...[
      "audio 9 UDP/TLS/RTP/SAVPF 111",
      "video 9 UDP/TLS/RTP/SAVPF 96",
    ].flatMap((media, mid) => [
      `m=${media}`,
      "c=IN IP4 0.0.0.0",
      `a=mid:${mid}`,
      `a=${direction}`,
      `a=ice-ufrag:${ufrag}`,
      "a=ice-pwd:0123456789012345678901",
    ]),
    "",
  ].join("\r\n");

export const sdp = (body: string, sent: Sent = {}): Sent => ({
  body,
  ...sent,
  headers: { "content-type": "application/sdp", ...sent.headers },
});
