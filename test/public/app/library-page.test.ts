/** The page of recordings in a real browser, on real HTTP and real files. */
import { execFile } from "node:child_process";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import test, { type ExecutionContext } from "ava";
import type { Page } from "playwright-core";
import { useBuiltPages } from "../../helpers/built-pages.js";
import { until } from "../../helpers/until.js";
import { API_KEY, startHttp } from "../../helpers/http.js";

const run = promisify(execFile);
const pages = useBuiltPages(test);

/** Two seconds of a test picture and a tone, in the codecs that every Chromium plays. */
const film = (path: string) =>
  run("ffmpeg", [
    ...["-v", "error", "-f", "lavfi", "-i", "testsrc=s=320x180:d=2"],
    ...["-f", "lavfi", "-i", "sine=d=2", "-c:v", "libx264"],
    ...["-pix_fmt", "yuv420p", "-movflags", "+faststart", path],
  ]);

const describe = (folder: string, id: string, about: object) =>
  writeFile(
    join(folder, `${id}.json`),
    JSON.stringify({
      ...{ id, room: "red", title: "Red room", state: "stopped" },
      ...{ format: "mp4", duration: 2, size: 0, participants: [] },
      startedAt: "2026-03-04T05:06:07.000Z",
      ...about,
    }),
  );

const fill = async (folder: string): Promise<void> => {
  const person = (name: string) => ({
    id: name,
    name,
    joinedAt: "2026-03-04T05:06:07.000Z",
  });
  await film(join(folder, "film.mp4"));
  await describe(folder, "film", { participants: [person("Ann")] });
  await describe(folder, "broken", {
    ...{ title: "Café", state: "failed", duration: 0 },
    reason: "The disk is full",
    participants: [person("<b>Zoë</b>")],
  });
};

const open = async (
  t: ExecutionContext,
  { apiKey, filled = true }: { apiKey?: string; filled?: boolean } = {},
) => {
  const http = await startHttp(t, { pages: pages.folder(), apiKey });
  if (filled) await fill(http.folder);
  const url = `http://127.0.0.1:${http.port}/recordings`;
  const page = await pages.open(t, url, { width: 360, height: 740 });
  return { http, page };
};

const names = (page: Page) =>
  page.locator(".library-row:visible h2").allInnerTexts();
/** Not waitForFunction: it evaluates, which the page's security policy forbids. */
const holds = (page: Page, condition: string) =>
  until({
    what: condition,
    read: () => page.evaluate<boolean>(condition),
    accept: (is) => is,
  });
/** These alone, in any order. */
const shows = (page: Page, ...wanted: string[]) =>
  until({
    what: `${wanted} in the list`,
    read: () => names(page),
    accept: (found) => found.sort().join() === wanted.sort().join(),
  });
const button = (page: Page, name: string) =>
  page.getByRole("button", { name, exact: true });

test("recordings are listed, found, saved and deleted by keyboard, on a phone's width", async (t) => {
  const { http, page } = await open(t);
  await page.locator(".library-row").first().waitFor();
  t.deepEqual((await names(page)).sort(), ["Café", "Red room"]);
  t.true((await page.textContent(".library-list"))!.includes("<b>Zoë</b>"));
  t.is(await page.evaluate("document.documentElement.scrollWidth"), 360);
  const play = page.getByRole("link", { name: "Play Café" });
  t.is(await play.count(), 0, "there is no file");

  await page.getByLabel("Search").fill("cafe zoe");
  await shows(page, "Café");
  await page.getByLabel("Search").fill("nowhere");
  await page.getByText("No recording has all").waitFor();
  await page.getByLabel("Search").fill("ann");
  await shows(page, "Red room");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    button(page, "Download Red room").press("Enter"),
  ]);
  t.is(download.suggestedFilename(), "film.mp4");

  await button(page, "Delete Red room").press("Enter");
  await page.keyboard.press("Escape");
  t.true((await readdir(http.folder)).includes("film.mp4"));
  await button(page, "Delete Red room").press("Enter");
  await button(page, "Delete").press("Enter");
  await page.getByText("No recording has all").waitFor();
  await page.getByLabel("Search").fill("");
  await shows(page, "Café");
  t.deepEqual(await readdir(http.folder), ["broken.json"]);
});

test("the key is asked for, a wrong one again, and the right one kept for the tab", async (t) => {
  const { page } = await open(t, { apiKey: API_KEY });
  const key = page.getByLabel("API key");
  const show = () => page.getByText("Show the recordings").click();
  await key.fill("wrong");
  const refused = page.waitForResponse((answer) => answer.status() === 401);
  await show();
  await refused;
  await page.getByText("This key is not valid here").waitFor();
  t.deepEqual(await names(page), []);
  await key.fill(API_KEY);
  await show();
  await page.locator(".library-row").first().waitFor();
  await page.reload();
  await page.locator(".library-row").first().waitFor();
  t.false(await key.isVisible());
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    button(page, "Download Red room").click(),
  ]);
  t.is(download.suggestedFilename(), "film.mp4");
  await page.getByRole("link", { name: "Play Red room" }).click();
  await page.locator(".player video").waitFor();
  await page.evaluate("document.querySelector('video').play()");
  await holds(page, "document.querySelector('video').currentTime > 0.1");
});

test("nothing recorded and a server that is gone are said in words", async (t) => {
  const { page } = await open(t, { filled: false });
  await page.getByText("Nothing has been recorded yet").waitFor();
  await page.route("**/v1/recordings?*", (route) => route.abort());
  await page.reload().catch(() => undefined);
  await page.getByText("The server cannot be reached").waitFor();
  await page.unroute("**/v1/recordings?*");
  await button(page, "Try again").click();
  await page.getByText("Nothing has been recorded yet").waitFor();
  t.pass();
});
