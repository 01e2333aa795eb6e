/** The laws of ARCHITECTURE.md on what may import and use what, checked on the real files. */
import test from "ava";
import { isFrom, readSources, type SourceFile } from "./helpers/imports.js";

const sources = readSources(["server", "mixer", "public"]);
const byPath = new Map(sources.map((source) => [source.path, source]));

const below = (folder: string): SourceFile[] =>
  sources.filter((source) => source.path.startsWith(`${folder}/`));

/** `a/b.ts -> c/d.ts` for each import that breaks a law; an empty list is a kept law. */
const violations = (
  among: SourceFile[],
  breaks: (imported: SourceFile["imports"][number], from: string) => boolean,
): string[] =>
  among.flatMap(({ path, imports }) =>
    imports
      .filter((imported) => breaks(imported, path))
      .map(({ target }) => `${path} -> ${target}`),
  );

const CONTRACT = "mixer/contract.ts";
const MESSAGES = "server/signaling/messages.ts";
/** Both ends of a call receive sound, and keep it punctual alike. */
const ALIKE = ["mixer/lateness.ts", "mixer/renewal.ts"];

test("the rules are checked on files that are there", (t) => {
  t.true(below("server").length > 0);
  t.true(below("mixer").length > 0);
  t.true(byPath.has(CONTRACT));
  t.true(byPath.has(MESSAGES));
  t.deepEqual(
    violations(sources, ({ own, target }) => own && !byPath.has(target)).filter(
      (line) => line.endsWith(".ts"),
    ),
    [],
  );
});

test("the mixer imports nothing of the server or the page", (t) => {
  t.deepEqual(
    violations(
      below("mixer"),
      ({ own, target }) => own && !target.startsWith("mixer/"),
    ),
    [],
  );
});

test("the server imports from the mixer only the contract", (t) => {
  t.deepEqual(
    violations(
      below("server"),
      ({ own, target }) =>
        own && !target.startsWith("server/") && target !== CONTRACT,
    ),
    [],
  );
});

test("the page imports of the rest only the types of the messages, and what both ends do alike", (t) => {
  t.deepEqual(
    violations(
      below("public"),
      ({ own, target, typeOnly }) =>
        own &&
        !target.startsWith("public/") &&
        !ALIKE.includes(target) &&
        !(target === MESSAGES && typeOnly),
    ),
    [],
  );
});

test("the SDK imports nothing of the page that uses it", (t) => {
  t.deepEqual(
    violations(
      below("public/sdk"),
      ({ own, target }) => own && target.startsWith("public/app/"),
    ),
    [],
  );
});

/** Outermost first: a file may import from its own folder and from layers after its own, and anybody a leaf. */
const LAYERS = [
  [/^server\/(main|parts)\.ts$/],
  [/^server\/http\//, /^server\/signaling\//],
  [/^server\/[^/]+\.ts$/],
  [/^server\/recordings\//],
  [/^server\/rooms\//],
  [/^server\/mixers\//, /^server\/rtmp\//],
  [/^mixer\/main\.ts$/],
  [/^mixer\/[^/]+\.ts$/],
  [/^mixer\/room\//, /^mixer\/render\//],
  [
    /^mixer\/ingest\//,
    /^mixer\/feed\//,
    /^mixer\/egress\//,
    /^mixer\/output\//,
  ],
  [/^mixer\/audio\//, /^mixer\/video\//, /^mixer\/rtp\//],
];

const AT_THE_ROOT = /^(server|mixer)\/[^/]+\.ts$/;

/** Words and small tools that everybody shares: files beside `main.ts`, as long as they know no layer themselves. */
const isLeaf = (path: string, trail: string[] = []): boolean => {
  if (path === MESSAGES || trail.includes(path)) return true;
  if (!AT_THE_ROOT.test(path) || path.endsWith("/main.ts")) return false;
  const imports = byPath.get(path)?.imports ?? [];
  return imports.every(
    ({ own, target }) => !own || isLeaf(target, [...trail, path]),
  );
};

const layerOf = (path: string): { rank: number; part: number } => {
  for (const [rank, parts] of LAYERS.entries()) {
    const part = parts.findIndex((pattern) => pattern.test(path));
    if (part >= 0) return { rank, part };
  }
  return { rank: -1, part: -1 };
};

const pointsInward = (from: string, to: string): boolean => {
  if (isLeaf(to)) return true;
  if (isLeaf(from)) return false;
  const [outer, inner] = [layerOf(from), layerOf(to)];
  return outer.rank === inner.rank
    ? outer.part === inner.part
    : inner.rank > outer.rank;
};

test("every file of server and mixer belongs to a layer", (t) => {
  const homeless = [...below("server"), ...below("mixer")]
    .map(({ path }) => path)
    .filter((path) => !isLeaf(path) && layerOf(path).rank < 0);
  t.deepEqual(homeless, []);
});

test("imports point one way: inward", (t) => {
  t.deepEqual(
    violations(
      [...below("server"), ...below("mixer")],
      ({ own, target }, from) => own && !pointsInward(from, target),
    ),
    [],
  );
});

/** The files of a cycle that can be reached from `path`, or undefined. Depth first; `done` have none. */
const findCycle = (
  path: string,
  trail: string[],
  done: Set<string>,
): string[] | undefined => {
  if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
  if (done.has(path)) return undefined;
  for (const { target, own } of byPath.get(path)?.imports ?? []) {
    const cycle = own ? findCycle(target, [...trail, path], done) : undefined;
    if (cycle !== undefined) return cycle;
  }
  done.add(path);
  return undefined;
};

test("no imports go round in a circle", (t) => {
  const done = new Set<string>();
  for (const { path } of sources) {
    const cycle = findCycle(path, [], done);
    t.is(cycle?.join(" -> "), undefined);
  }
});

/** Each native or process dependency has one place, so that there is one place to understand its traps. */
const HOMES: [dependency: string, home: RegExp][] = [
  ["@roamhq/wrtc", /^mixer\/ingest\/wrtc\.ts$/],
  ["node-datachannel", /^mixer\/egress\/libdatachannel\.ts$/],
  ["fluent-ffmpeg", /^mixer\/ffmpeg\.ts$/],
  ["@napi-rs/canvas", /^mixer\/video\//],
  ["node-av", /^mixer\/(video\/|audio\/(opus|opus-decoder|aac)\.ts$|output\/)/],
  ["@aws-sdk/client-s3", /^server\/recordings\/bucket\.ts$/],
  ["@aws-sdk/lib-storage", /^server\/recordings\/bucket\.ts$/],
  ["koa", /^server\/(http\/|parts\.ts$)/],
  ["koa-router", /^server\/http\//],
  ["ws", /^server\/(signaling\/|main\.ts$)/],
  [
    "node:child_process",
    /^(server\/mixers\/|mixer\/output\/|mixer\/ffmpeg\.ts$)/,
  ],
];

for (const [dependency, home] of HOMES)
  test(`${dependency} is imported only where it is at home`, (t) => {
    t.deepEqual(
      violations(
        sources,
        (imported, from) => isFrom(dependency, imported) && !home.test(from),
      ),
      [],
    );
  });

test("only the configuration reads the environment", (t) => {
  const readers = sources
    .filter(({ uses }) => uses.has("process.env"))
    .map(({ path }) => path);
  t.deepEqual(
    readers.filter((path) => path !== "server/config.ts"),
    [],
  );
});

/** Layers that are arithmetic: time and data come as arguments. */
const PURE = [
  /^mixer\/lateness\.ts$/,
  /^mixer\/audio\/(?!opus\.ts$|opus-decoder\.ts$|aac\.ts$|rnnoise\.ts$)/,
  /^mixer\/video\/(layout|slot)\.ts$/,
  /^mixer\/egress\/(rtp|rtcp)\.ts$/,
  /^mixer\/room\/(uplink|overload|quality|rungs|ladder)\.ts$/,
];

const IMPURE = [
  ...["Date", "performance", "setTimeout", "setInterval"],
  ...["setImmediate", "fetch", "console", "queueMicrotask"],
];

const pure = sources.filter(({ path }) =>
  PURE.some((pattern) => pattern.test(path)),
);

test("pure layers have no timer and no clock", (t) => {
  const impure = pure.flatMap(({ path, uses }) =>
    [...uses]
      .filter((use) => IMPURE.includes(use) || use.startsWith("process."))
      .map((use) => `${path}: ${use}`),
  );
  t.deepEqual(impure, []);
});

test("pure layers import no module of Node and no package", (t) => {
  t.deepEqual(
    violations(pure, ({ own, typeOnly }) => !own && !typeOnly),
    [],
  );
});
