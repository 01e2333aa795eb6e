import { rm } from "node:fs/promises";
import type { ExecutionContext, TestFn } from "ava";
import type { Browser } from "playwright-core";
import { launchBrowser } from "./browser.js";
import { startConference, type Conference } from "./conference.js";
import { launchServer, type Server, type StartOptions } from "./server.js";

export type Suite = {
  /** A room of its own for one test. */
  conference(t: ExecutionContext): Conference;
  browser(): Browser;
  server(): Server;
};

/** One server and one browser for all tests of a file, which have to be serial. Their end is the file's. */
export const useSuite = (test: TestFn, options: StartOptions = {}): Suite => {
  let browser: Browser | undefined;
  let server: Server | undefined;
  test.serial.before(async () => {
    [browser, server] = await Promise.all([
      launchBrowser(),
      launchServer(options),
    ]);
  });
  // A failed test shows what the server said; AVA shows what is logged in a hook only for failed ones.
  test.serial.afterEach.always((t) => {
    if (!t.passed && server !== undefined) t.log(server.log());
  });
  test.after.always(async () => {
    await browser?.close();
    await server?.stop();
    if (server !== undefined && options.recordings === undefined)
      await rm(server.recordings, { recursive: true, force: true });
  });
  return {
    conference: (t) => startConference(t, server!, browser!),
    browser: () => browser!,
    server: () => server!,
  };
};
