/** The page of recordings on the running server, which asks for a key: from the list to a link for somebody else. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import test from "ava";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchBrowser } from "../helpers/browser.js";
import { launchServer, type Server } from "../helpers/server.js";
import { until } from "../helpers/until.js";

const run = promisify(execFile);
const KEY = "a-key-of-more-than-32-characters-for-tests";
const AT = "2026-03-04T10:00:00.000Z";
const LENGTH = 40;

const recordings = mkdtempSync(join(tmpdir(), "tutti-library-"));
let server: Server;
let browser: Browser;

const put = (name: string, json: object) =>
  writeFile(join(recordings, name), JSON.stringify(json));

const entry = (id: string, about: object) =>
  put(`${id}.json`, {
    ...{ id, room: "standup", title: "Stand-up", state: "stopped" },
    ...{ format: "mp4", startedAt: AT, endedAt: AT, duration: LENGTH, size: 0 },
    participants: ["Ann", "Bob"].map((name) => ({
      ...{ id: name, name, joinedAt: AT },
    })),
    ...about,
  });

const fill = async (): Promise<void> => {
  const film = ["-f", "lavfi", "-i", `testsrc=s=640x360:d=${LENGTH}`];
  const tone = ["-f", "lavfi", "-i", `sine=d=${LENGTH}`];
  const code = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "30"];
  const [picture, message] = ["meeting.mp4", "message.m4a"].map((name) =>
    join(recordings, name),
  ) as [string, string];
  const still = ["-pix_fmt", "yuv420p", "-movflags", "+faststart", picture];
  await run("ffmpeg", ["-v", "error", ...film, ...tone, ...code, ...still]);
  await run("ffmpeg", ["-v", "error", ...tone, "-t", "5", message]);
  await entry("meeting", {});
  await entry("message", {
    ...{ title: "Front desk", kind: "voicemail", format: "m4a", duration: 5 },
    startedAt: "2026-03-05T10:00:00.000Z",
    participants: [],
  });
  await put("meeting.timeline.json", {
    events: [],
    chapters: [
      { start: 0, end: 20, title: "Beginning: Ann" },
      { start: 20, end: LENGTH, title: "Bob joins" },
    ],
    turns: [
      { participant: "Ann", start: 1, end: 9 },
      { participant: "Bob", start: 25, end: 30 },
      { participant: "Ann", start: 31, end: 38 },
    ],
  });
};

test.before(async () => {
  await fill();
  [server, browser] = await Promise.all([
    launchServer({ recordings, env: { TUTTI_API_KEY: KEY } }),
    launchBrowser(),
  ]);
});
test.after.always(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(recordings, { recursive: true });
});

const visit = async (context: BrowserContext, path: string): Promise<Page> => {
  const page = await context.newPage();
  await page.goto(server.url + path);
  return page;
};

const timeIn = (page: Page): Promise<number> =>
  page.evaluate<number>("document.querySelector('video').currentTime");

const playsFrom = (page: Page, seconds: number) =>
  until({
    what: `it plays from ${seconds} s`,
    read: () => timeIn(page),
    accept: (time) => time > seconds && time < seconds + 4,
  });

const button = (page: Page, name: string | RegExp) =>
  page.getByRole("button", { name, exact: typeof name === "string" });

const chapters = (page: Page) =>
  until({
    what: "the player knows the chapters",
    read: () =>
      page.evaluate<string[]>(
        "[...(document.querySelector('video').textTracks[0].cues ?? [])].map(({ text }) => text)",
      ),
    accept: ({ length }) => length > 0,
  });

/** Somebody of the server, with the key. */
const enter = async (context: BrowserContext): Promise<Page> => {
  const page = await visit(context, "/recordings");
  await page.getByLabel("API key").fill(KEY);
  await button(page, "Show the recordings").click();
  await page.locator(".library-row").first().waitFor();
  return page;
};

test.serial(
  "a recording is found, played by chapters and turns, and shared with somebody who has no key, until the link is ended",
  async (t) => {
    const context = await browser.newContext();
    t.teardown(() => context.close());
    const page = await enter(context);
    t.is(await page.locator(".library-row").count(), 2);
    await page.getByText("Voice message").waitFor();
    await page.getByLabel("Search").fill("bob");
    await until({
      what: "one is left",
      read: () => page.locator(".library-row").count(),
      accept: (count) => count === 1,
    });
    await page.getByRole("link", { name: "Play Stand-up" }).click();

    await page.locator(".player video").waitFor();
    t.deepEqual((await chapters(page)).value, ["Beginning: Ann", "Bob joins"]);
    await button(page, /Bob joins/).click();
    await playsFrom(page, 20);
    await page.locator('[aria-current="step"]', { hasText: "Bob" }).waitFor();
    await button(page, /^Ann talks for 0:15/).click();
    await playsFrom(page, 31);
    // The middle of the line of the one who talked first.
    await page.locator(".player-lanes .player-track").first().click();
    await playsFrom(page, 20);

    await button(page, "Share").click();
    await button(page, "Make a link").click();
    const url = page.getByLabel("Keep it");
    await url.waitFor();
    const link = await url.inputValue();
    t.regex(link, /\/s\/[\w-]{32}$/);

    const stranger = await browser.newContext();
    t.teardown(() => stranger.close());
    const shared = await visit(stranger, new URL(link).pathname);
    await shared.getByRole("heading", { name: "Stand-up" }).waitFor();
    await button(shared, /Bob joins/).click();
    await playsFrom(shared, 20);
    t.false(await button(shared, "Delete").isVisible());
    t.false(await shared.getByText("All recordings").isVisible());
    const refused = await stranger.request.get(`${server.url}/v1/recordings`);
    t.is(refused.status(), 401);

    await button(page, "End it").click();
    await button(page, "End it").waitFor({ state: "detached" });
    const answer = await shared.reload();
    t.is(answer?.status(), 410);
    await shared.getByText("This link has ended").waitFor();
  },
);

test.serial("a link ends by itself", async (t) => {
  const context = await browser.newContext();
  t.teardown(() => context.close());
  const made = await fetch(`${server.url}/v1/recordings/message/shares`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${KEY}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ seconds: 4 }),
  });
  const { url } = (await made.json()) as { url: string };
  const page = await visit(context, url);
  await page.locator(".player audio").waitFor();
  await until({
    what: "it has ended",
    read: async () =>
      (await page.request.get(`${server.url}${url}/file`)).status(),
    accept: (status) => status === 410,
  });
  await page.reload();
  await page.getByText("This link has ended").waitFor();
  t.pass();
});

test.serial("a recording is played into a room, and deleted", async (t) => {
  const headers = {
    authorization: `Bearer ${KEY}`,
    "content-type": "application/json",
  };
  const api = (method: string, path: string) =>
    fetch(server.url + path, {
      ...{ method, headers },
      ...(method === "PUT" && { body: "{}" }),
    });
  await api("PUT", "/v1/rooms/stage");
  const context = await browser.newContext();
  t.teardown(() => context.close());
  const page = await enter(context);
  await page.getByRole("link", { name: "Play Stand-up" }).click();
  await button(page, "Play into a room").click();
  await page.getByRole("combobox", { name: "Room" }).fill("stage");
  await until({
    what: "it comes in: a machine that is busy refuses it for a while, and the dialog says so",
    read: async () => {
      await button(page, "Play").click();
      await page
        .locator("[data-part=play-start]:disabled")
        .waitFor({ state: "detached" });
      return page.locator("dialog").allInnerTexts();
    },
    accept: (dialogs) => dialogs.length === 0,
  });
  const feeds = await (await api("GET", "/v1/rooms/stage/feeds")).json();
  t.like(feeds, [{ recording: "meeting", state: "playing" }]);

  await button(page, "Delete").click();
  await page.locator("dialog").getByRole("button", { name: "Delete" }).click();
  await page.waitForURL("**/recordings");
  await page.locator(".library-row").first().waitFor();
  t.is(await page.locator(".library-row").count(), 1);
});
