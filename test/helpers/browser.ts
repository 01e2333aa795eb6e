/** A real Chromium, and pages in it that are one tone and one colour. */
import { existsSync } from "node:fs";
import {
  chromium,
  type Browser,
  type BrowserContext,
  type Page,
} from "playwright-core";
import { build, type Rolldown } from "vite";
import type { Persona } from "./page/devices.js";
import { inRoot } from "./root.js";

const EXECUTABLES = [
  process.env.CHROMIUM ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

const ARGUMENTS = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--autoplay-policy=no-user-gesture-required",
  "--use-fake-ui-for-media-stream",
  "--mute-audio",
];

/** Starts the browser. The caller closes it. @throws Error when none is installed */
export const launchBrowser = async (): Promise<Browser> => {
  const executablePath = EXECUTABLES.find((path) => existsSync(path));
  if (executablePath === undefined)
    throw new Error("Chromium is not installed: run `npm test`, or install it");
  return chromium.launch({ executablePath, args: ARGUMENTS });
};

/** Large enough for the page as on a desk; a window of twice the pixels takes a tenth more of the processor. */
const viewport = { width: 960, height: 600 };

const bundles = new Map<string, Promise<string>>();

const bundle = async (name: string): Promise<string> => {
  const entry = inRoot(`test/helpers/page/${name}.ts`);
  const result = await build({
    configFile: false,
    logLevel: "silent",
    build: {
      write: false,
      minify: false,
      target: "es2022",
      lib: { entry, formats: ["iife"], name: "_" },
    },
  });
  const [output] = [result].flat() as Rolldown.RolldownOutput[];
  return output!.output[0].code;
};

/** The code of a script of `page/`, with what it imports. */
export const pageScript = (name: string): Promise<string> => {
  const known = bundles.get(name) ?? bundle(name);
  bundles.set(name, known);
  return known;
};

export type OpenedPage = {
  page: Page;
  context: BrowserContext;
  /** What went wrong in the page's own script, and what the browser complained of. */
  problems: string[];
};

/** Opens an address in a profile of its own, with the tools of `page/tools.ts` in place before its scripts run. */
export const openPage = async (
  browser: Browser,
  url: string,
  persona: Persona,
): Promise<OpenedPage> => {
  const script = await pageScript("tools");
  // The tools make audio worklets of text, which the page's own policy rightly forbids.
  const context = await browser.newContext({ bypassCSP: true, viewport });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  await page.addInitScript({
    content: `window.persona = ${JSON.stringify(persona)};\n${script}`,
  });
  await page.goto(url);
  return { page, context, problems };
};
