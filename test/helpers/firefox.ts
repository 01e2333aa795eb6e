/** A real Firefox, and a page in it that is one tone and one colour. */
import { existsSync } from "node:fs";
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { pageScript } from "./browser.js";
import type { Persona } from "./page/devices.js";

const EXECUTABLE = ["/usr/bin/firefox-esr", "/usr/bin/firefox"].find((path) =>
  existsSync(path),
);
export const hasFirefox = EXECUTABLE !== undefined;

/** The tools make audio worklets of text, which the page's own policy rightly forbids. */
const PREFERENCES = {
  "security.csp.enable": false,
  "media.autoplay.default": 0,
  "media.navigator.permission.disabled": true,
  "media.navigator.streams.fake": true,
};
const TONE = "media.navigator.audio.fake_frequency";

/** Its microphone is a tone of `tone` Hz. The caller closes it. */
export const launchFirefox = (tone: number): Promise<Browser> =>
  puppeteer.launch({
    browser: "firefox",
    ...(EXECUTABLE !== undefined && { executablePath: EXECUTABLE }),
    headless: true,
    extraPrefsFirefox: { ...PREFERENCES, [TONE]: tone },
  });

/** As `openPage` of Chromium does. `problems` is what went wrong in the page's own script. */
export const openFirefoxPage = async (
  browser: Browser,
  url: string,
  persona: Persona,
): Promise<{ page: Page; problems: string[] }> => {
  const script = await pageScript("tools");
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 800 });
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  await page.evaluateOnNewDocument(
    `window.persona = ${JSON.stringify(persona)};\n${script}`,
  );
  await page.goto(url);
  return { page, problems };
};
