/** Tracks and other files of a recording on its page: a real browser, real HTTP, real files, real renders. */
import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import type { Page } from "playwright-core";
import { useBuiltPages } from "../../helpers/built-pages.js";
import { API_KEY, startHttp } from "../../helpers/http.js";
import { probeFile, sound } from "../../helpers/probe.js";
import { goertzel } from "../../helpers/tone.js";
import { ANN, BEN, CY, makeRecording } from "../../helpers/tracks.js";

const pages = useBuiltPages(test);

const SECONDS = 6;

const open = async (
  t: ExecutionContext,
  { apiKey, members = [ANN, BEN, CY] }: { apiKey?: string; members?: object[] },
) => {
  const http = await startHttp(t, { pages: pages.folder(), apiKey });
  const entry = await makeRecording(
    ...([http.folder, "weekly", members as (typeof ANN)[], SECONDS] as const),
  );
  const sidecar = join(http.folder, "weekly.json");
  await writeFile(sidecar, JSON.stringify(entry));
  const url = `http://127.0.0.1:${http.port}/recordings/weekly`;
  const page = await pages.open(t, url, { width: 390, height: 844 });
  return { http, page };
};

const button = (page: Page, name: string | RegExp) =>
  page.getByRole("button", { name });
const job = (page: Page, state: string) =>
  page.locator("[data-part=jobs] li", { hasText: state });

test("everybody's own sound and picture are saved by those with a key", async (t) => {
  const members = [{ ...ANN, screen: "blue" }, BEN, CY];
  const { http, page } = await open(t, { apiKey: API_KEY, members });
  await page.getByLabel("API key").fill(API_KEY);
  await button(page, "Show the recordings").click();
  const links = page.locator("[data-part=tracks] a:visible");
  await links.first().waitFor();
  t.is(await links.count(), 6, "one has no picture, one a screen");
  t.is(await page.evaluate("document.documentElement.scrollWidth"), 390);
  const link = page.getByRole("link", { name: /^Download Ben: Sound/ });
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    link.press("Enter"),
  ]);
  t.is(download.suggestedFilename(), "ben.opus");
  const { size } = await stat(join(http.folder, "weekly.tracks/ben.opus"));
  t.is((await stat(await download.path())).size, size);
  const screen = page.getByRole("link", { name: /^Download Ann: Screen/ });
  const [shared] = await Promise.all([
    page.waitForEvent("download"),
    screen.click(),
  ]);
  t.is(shared.suggestedFilename(), "ann.share.mp4");
  t.regex((await links.first().getAttribute("href"))!, /^\/s\//);
});

test("another file without somebody is asked for by keyboard, watched, and opened", async (t) => {
  const { http, page } = await open(t, {});
  await button(page, "Make another file").press("Enter");
  const dialog = page.getByRole("dialog", { name: "Make another file" });
  await dialog.waitFor();
  t.is(await page.getByLabel("Kind of file").inputValue(), "mp4");
  await page.getByLabel("Shape").selectOption("portrait");
  await page.getByRole("checkbox", { name: "Ben" }).press("Space");
  await page.getByLabel("From").fill("9 o'clock");
  await page.keyboard.press("Enter");
  await page.getByText("From: write a time as").waitFor();
  await page.getByLabel("From").fill("0:20");
  await page.keyboard.press("Enter");
  await page.getByText(/the recording lasts/).waitFor();
  await page.getByLabel("From").fill("0:02");
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "detached" });

  await job(page, "Ready").waitFor({ timeout: 120_000 });
  t.false(await page.locator("progress").isVisible());
  await page.getByRole("link", { name: /^Open/ }).press("Enter");
  await page.waitForURL(/\/recordings\/(?!weekly$)/);
  await page.locator(".player video").waitFor();
  const id = new URL(page.url()).pathname.split("/").at(-1)!;
  const file = join(http.folder, `${id}.mp4`);
  const { video, duration } = await probeFile(file);
  t.like(video, { width: 720, height: 1280 });
  t.true(Math.abs(duration - (SECONDS - 2)) < 0.1, `${duration} s`);
  const samples = (await sound(file)).subarray(48_000, 96_000);
  t.true(goertzel(samples, 48_000, ANN.tone) > -40);
  t.true(goertzel(samples, 48_000, BEN.tone) < -60);
});

test("one that waits its turn is cancelled", async (t) => {
  const { page } = await open(t, {});
  for (const layout of ["grid", "speaker"]) {
    await button(page, "Make another file").click();
    await page.getByLabel("Layout").selectOption(layout);
    await button(page, "Make it").click();
    await page.locator("dialog").waitFor({ state: "detached" });
  }
  await job(page, "Waits its turn").waitFor();
  await job(page, "Waits its turn").locator("button").press("Enter");
  await job(page, "Cancelled").waitFor();
  await job(page, "Ready").waitFor({ timeout: 120_000 });
  t.is(await page.locator("[data-part=jobs] li").count(), 2);
});

test("without anybody's own sound it can be cut, and nothing else is offered", async (t) => {
  const { http, page } = await open(t, { members: [] });
  t.truthy(http);
  await button(page, "Make another file").click();
  await page.getByText("Nobody’s own sound was kept").waitFor();
  for (const label of ["Layout", "Shape"])
    t.false(await page.getByLabel(label).isVisible());
  t.is(await page.getByRole("checkbox").count(), 0);
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  t.false(await page.getByText("Everybody alone").isVisible());
});
