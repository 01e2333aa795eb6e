/**
 * Makes this checkout ready to serve or to test, and does nothing where nothing is missing.
 *
 *     node scripts/setup.mjs serve|test|bench [--force]
 *
 * Plain JavaScript without dependencies: it runs before there are any. `--force` builds even if the build is fresh.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const OLDEST_NODE = [20, 20];

/** What the system must have: the Debian package, and the commands of which one is enough. */
const FFMPEG = { package: "ffmpeg", commands: ["ffmpeg"] };
const CHROMIUM = {
  package: "chromium",
  commands: ["chromium", "chromium-browser", "google-chrome"],
  variable: "CHROMIUM",
};

/** Its tests are skipped where it cannot be had. */
const FIREFOX = {
  package: "firefox-esr",
  commands: ["firefox-esr", "firefox"],
};

/** A TURN server, as corporate networks need one; its tests too are skipped without it. */
const COTURN = { package: "coturn", commands: ["turnserver"] };

/** Tests run compiled, which spares each of their processes half a second; the whole they run as it is served. */
const MODES = {
  serve: { dev: false, system: [FFMPEG], builds: ["server", "page"] },
  test: {
    ...{ dev: true, system: [FFMPEG, CHROMIUM], optional: [FIREFOX, COTURN] },
    builds: ["server", "page", "tests"],
  },
  bench: { dev: true, system: [FFMPEG, CHROMIUM], builds: ["server", "page"] },
};

const BUILDS = {
  server: {
    sources: ["server", "mixer", "tsconfig.json", "package-lock.json"],
    outputs: ["dist/server", "dist/mixer"],
    tool: "node_modules/typescript/bin/tsc",
    // Types are checked by `npm run typecheck`: who only wants to serve need not wait for that.
    arguments: ["--noCheck"],
  },
  page: {
    sources: [
      "public",
      // What both ends do alike.
      ...["mixer/lateness.ts", "mixer/renewal.ts"],
      "package-lock.json",
    ],
    outputs: ["dist/public"],
    tool: "node_modules/vite/bin/vite.js",
    arguments: [
      ...["build", "public", "--outDir", "../dist/public"],
      ...["--emptyOutDir", "--logLevel", "warn"],
    ],
  },
  tests: {
    sources: [
      ...["test", "server", "mixer", "public"],
      ...["tsconfig.json", "package-lock.json"],
    ],
    outputs: ["build"],
    tool: "node_modules/typescript/bin/tsc",
    arguments: [
      ...["-p", "test", "--noCheck"],
      ...["--noEmit", "false", "--outDir", "build"],
    ],
  },
};

const say = (line) => process.stderr.write(`setup: ${line}\n`);

const fail = (line) => {
  say(line);
  process.exit(1);
};

/** Runs a command with its output on standard error, which is not the server's to print on. True if it went well. */
const run = (command, args, env = {}) =>
  spawnSync(command, args, {
    cwd: ROOT,
    stdio: ["ignore", 2, 2],
    env: { ...process.env, ...env },
  }).status === 0;

const isThere = (command) =>
  (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

const checkNode = () => {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [needMajor, needMinor] = OLDEST_NODE;
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return;
  fail(
    `Node ${needMajor}.${needMinor} or newer is needed, this is ${process.versions.node}`,
  );
};

const readPackages = (path) => {
  try {
    return JSON.parse(readFileSync(join(ROOT, path), "utf8")).packages;
  } catch {
    return undefined;
  }
};

/** npm writes down what it installed when it has finished; that, not a date, says whether it is what the lock asks for. */
const modulesAreThere = (dev) => {
  const wanted = readPackages("package-lock.json");
  const installed = readPackages("node_modules/.package-lock.json");
  if (wanted === undefined || installed === undefined) return false;
  return Object.entries(wanted).every(([path, { version, ...needed }]) => {
    if (path === "" || (needed.dev && !dev)) return true;
    const found = installed[path];
    return found === undefined ? needed.optional : found.version === version;
  });
};

/**
 * `npm ci`, or where it refuses the lock, the locked versions by `npm install`, which writes neither file. It refuses one
 * that does not name every optional package of other platforms, and npm writes such a lock where a registry lacks them.
 */
const installModules = (dev) => {
  if (modulesAreThere(dev)) return;
  say("installing node modules");
  const common = ["--include=dev", "--no-audit", "--no-fund"];
  const strict = spawnSync("npm", ["ci", ...common], {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (strict.status === 0) return;
  if (!/EUSAGE/.test(strict.stderr ?? "")) {
    process.stderr.write(strict.stderr ?? "");
    fail("npm ci failed; its messages are above");
  }
  say("npm ci refuses the lock file; installing its versions by npm install");
  if (!run("npm", ["install", "--no-save", ...common]) || !modulesAreThere(dev))
    fail("npm install failed; its messages are above");
};

/** How to run apt-get here, or undefined where it cannot be. */
const findApt = () => {
  if (!isThere("apt-get")) return undefined;
  if (process.getuid?.() === 0) return ["apt-get"];
  if (isThere("sudo") && spawnSync("sudo", ["-n", "true"]).status === 0)
    return ["sudo", "-n", "apt-get"];
  return undefined;
};

const isInstalled = ({ commands, variable }) =>
  commands.some(isThere) ||
  (variable !== undefined && existsSync(process.env[variable] ?? ""));

let listed = false;

/** What there is to install; asked for once. */
const listPackages = (command, first, env) => {
  if (!listed) run(command, [...first, "update", "-qq"], env);
  listed = true;
};

/** Those of them that are still missing then. */
const tryToInstall = (tools) => {
  const missing = tools.filter((tool) => !isInstalled(tool));
  if (missing.length === 0) return [];
  const packages = missing.map((tool) => tool.package);
  const apt = findApt();
  if (apt !== undefined) {
    say(`installing ${packages.join(" and ")} with apt-get`);
    const [command, ...first] = apt;
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    listPackages(command, first, env);
    const install = ["install", "-y", "-qq", "--no-install-recommends"];
    run(command, [...first, ...install, ...packages], env);
  }
  return missing.filter((tool) => !isInstalled(tool));
};

const installSystem = ({ system, optional = [] }) => {
  const missing = tryToInstall(system);
  if (missing.length > 0)
    fail(`please install ${missing.map((tool) => tool.package).join(" and ")}`);
  // One by one: one that cannot be had must not keep the others away.
  for (const tool of optional.flatMap((one) => tryToInstall([one])))
    say(`there is no ${tool.package}: its tests are skipped`);
};

const filesBelow = (path) => {
  const entries = readdirSync(join(ROOT, path), { withFileTypes: true });
  return entries
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) =>
      entry.isDirectory()
        ? filesBelow(join(path, entry.name))
        : [join(path, entry.name)],
    );
};

const digest = (sources) => {
  const hash = createHash("sha256").update(process.versions.node);
  for (const source of sources.filter((path) => existsSync(join(ROOT, path))))
    for (const file of source.includes(".") ? [source] : filesBelow(source))
      hash.update(`\0${file}\0`).update(readFileSync(join(ROOT, file)));
  return hash.digest("hex");
};

const build = (name, force) => {
  const { sources, outputs, tool, arguments: args } = BUILDS[name];
  const stamp = join(ROOT, "dist", `.${name}`);
  const now = digest(sources);
  const built = outputs.every((output) => existsSync(join(ROOT, output)));
  const last = existsSync(stamp) ? readFileSync(stamp, "utf8") : "";
  if (built && last === now && !force) return;
  say(`building the ${name}`);
  rmSync(stamp, { force: true });
  for (const output of outputs)
    rmSync(join(ROOT, output), { recursive: true, force: true });
  if (!run(process.execPath, [join(ROOT, tool), ...args]))
    fail(`the ${name} could not be built; the messages are above`);
  mkdirSync(join(ROOT, "dist"), { recursive: true });
  writeFileSync(stamp, now);
};

const [name = "", ...options] = process.argv.slice(2);
const mode = MODES[name];
checkNode();
if (mode === undefined)
  fail(`usage: setup.mjs ${Object.keys(MODES).join("|")} [--force]`);
installModules(mode.dev);
installSystem(mode);
for (const part of mode.builds) build(part, options.includes("--force"));
