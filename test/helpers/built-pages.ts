/** The built pages in a real browser, for tests of pages that need no mixer. */
import type { ExecutionContext, TestFn } from "ava";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { launchBrowser } from "./browser.js";
import { makeFolder } from "./folder.js";
import { createScope } from "./http.js";
import { inRoot } from "./root.js";

export type BuiltPages = {
  /** Where they are, for a server that hands them out. */
  folder(): string;
  /** Opens an address on a phone that takes downloads, in a profile of its own that ends with the test. */
  open(
    t: ExecutionContext,
    url: string,
    viewport: { width: number; height: number },
  ): Promise<Page>;
};

/** Builds once for all tests of a file, with one browser. Their end is the file's. */
export const useBuiltPages = (test: TestFn): BuiltPages => {
  const scope = createScope();
  let browser: Browser | undefined;
  let folder: string | undefined;
  test.before(async () => {
    folder = await makeFolder(scope.t);
    await build({
      root: inRoot("public"),
      logLevel: "silent",
      build: { outDir: folder, emptyOutDir: true },
    });
    browser = await launchBrowser();
  });
  test.after.always(async () => {
    await browser?.close();
    await scope.end();
  });
  return {
    folder: () => folder!,
    open: async (t, url, viewport) => {
      const context = await browser!.newContext({
        viewport,
        acceptDownloads: true,
      });
      t.teardown(() => context.close());
      const page = await context.newPage();
      await page.goto(url);
      return page;
    },
  };
};
