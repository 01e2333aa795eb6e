/**
 * Runs the tests: those of parts side by side, those with browsers in pairs or more, and
 * at last those that have to be alone, because they measure how well and how soon something is heard and seen.
 * The last line is `N passed, N failed`, then `, N skipped` where some were.
 *
 *     node scripts/test.mjs [arguments for ava]
 *
 * With arguments there is one run, of what they name, from the sources; all of them run compiled (`scripts/setup.mjs`).
 */
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const AVA = fileURLToPath(
  new URL("../node_modules/ava/entrypoints/cli.mjs", import.meta.url),
);
const COMPILED = ["--config", "ava.compiled.config.js"];
const TESTS = "build/test";
const ONE_AT_A_TIME = ["--serial", "--concurrency=1"];
const CORES = availableParallelism();
/** Much of what parts do is waiting: there is one more in hand than there are cores. */
const SIDE_BY_SIDE = [`--concurrency=${CORES + 1}`];
/** A call of three takes a core, and its browsers wait more than half of the time. */
const A_FEW = [`--concurrency=${Math.max(2, CORES - 1)}`];

/** AVA's lines that count: one a test, and one a file that went wrong as a whole. */
const COUNTED = [
  ["passed", /^\s*✔ (?!\[)/],
  ["failed", /^\s*✘ /],
  ["skipped", /^\s*- \[(?:skip|todo)\] /],
];

/** Marks and no colours, whatever the terminal. */
const PLAIN = { FORCE_COLOR: "0", TERM: "dumb" };

/** Runs AVA, shows what it says, and resolves with what it counted. A run that failed has at least one failure. */
const runAva = async (args) => {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const child = spawn(process.execPath, [AVA, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...PLAIN },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = new Promise((resolve) => {
    child.once("exit", (code) => resolve(code));
  });
  for await (const line of createInterface({ input: child.stdout })) {
    console.log(line);
    for (const [kind, pattern] of COUNTED)
      if (pattern.test(line)) counts[kind] += 1;
  }
  const code = await exited;
  if (code === 0) return { ...counts, failed: 0 };
  return { ...counts, failed: Math.max(counts.failed, 1) };
};

/** Says how long it took, since the whole is to stay below ten minutes on two cores. */
const timed = async (what, how, names) => {
  const start = performance.now();
  const files = names.map((name) => `${TESTS}/${name}`);
  const counts = await runAva([...COMPILED, ...how, ...files]);
  console.log(`${what}: ${Math.round((performance.now() - start) / 1000)} s`);
  return counts;
};

const runAll = async (given) => {
  if (given.length > 0) return [await runAva([...ONE_AT_A_TIME, ...given])];
  return [
    await timed("parts", SIDE_BY_SIDE, ["*.test.js", "!(e2e)/**"]),
    await timed("browsers", A_FEW, ["e2e/*.test.js"]),
    await timed("alone", ONE_AT_A_TIME, ["e2e/alone/**"]),
  ];
};

const runs = await runAll(process.argv.slice(2));
const total = (kind) => runs.reduce((sum, counts) => sum + counts[kind], 0);
const skipped = total("skipped");
console.log(
  `${total("passed")} passed, ${total("failed")} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`,
);
process.exitCode = total("failed") > 0 ? 1 : 0;
