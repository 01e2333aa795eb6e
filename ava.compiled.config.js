/** For all tests at once, compiled by `scripts/setup.mjs test`. One alone runs from its source: `npx ava FILE`. */
export default {
  files: ["build/test/**/*.test.js"],
  workerThreads: false,
  timeout: "3m",
};
