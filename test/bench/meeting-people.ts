/** The people of `npm run bench -- meeting`, in Chromium: one who claps, and others who come, go, mute and load anew. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { openPage, pageScript } from "../helpers/browser.js";
import { PERSONAS, type ColourName } from "../helpers/conference.js";
import type { Clapping } from "../helpers/page/clap.js";
import type { Server } from "../helpers/server.js";
import { killProcess } from "../helpers/processes.js";
import { print } from "./figures.js";

export const ROOM = "meeting";
export const CLAP_HZ = 3_000;
const NOBODY = { tone: 0, colour: "#000", microphone: false, camera: false };

/** Somebody on the product's own page. */
const createPerson = (
  browser: Browser,
  { url }: Server,
  colour: ColourName,
) => {
  let page: Page | undefined;
  return {
    come: async (): Promise<void> => {
      const persona = { ...PERSONAS[colour], microphone: true, camera: true };
      const path = `/r/${ROOM}?name=${colour}&autojoin=1`;
      ({ page } = await openPage(browser, `${url}${path}`, persona));
    },
    go: async () => page?.context().close(),
    reload: async () => void (await page?.reload()),
    toggleMute: async () => page?.getByTestId("mic").click(),
  };
};

/** Somebody who flashes and beeps each second. */
export const openClapper = async (
  browser: Browser,
  { url }: Server,
  clapping: Clapping,
) => {
  const { page } = await openPage(browser, `${url}/livez`, NOBODY);
  await page.evaluate(await pageScript("clap"));
  const come = (): Promise<void> =>
    page.evaluate(([room, how]) => window.clapper.join(room, how), [
      ROOM,
      clapping,
    ] as const);
  return {
    come,
    again: async (): Promise<void> => {
      await page.evaluate(() => window.clapper.leave());
      await come();
    },
    mute: (on: boolean) =>
      page.evaluate((muted) => window.clapper.mute(muted), on),
    packets: () => page.evaluate(() => window.clapper.packets()),
    claps: () => page.evaluate(() => window.clapper.claps()),
  };
};

export type Clapper = Awaited<ReturnType<typeof openClapper>>;

/** Somebody must have asked for the session after it was lost: a mixer takes a moment to come back. */
const returnAfter = async ({ again }: Clapper, tries = 10): Promise<void> => {
  for (let left = tries; left > 0; left--) {
    await delay(500);
    const failed = await again().then(
      () => false,
      () => true,
    );
    if (!failed) return;
  }
};

type Scene = { at: number; what: string; run: () => Promise<unknown> };

/** What happens in each minute, by its second; `odd`: only in every other. */
export const scenesOf = (
  browser: Browser,
  server: Server,
  clapper: Clapper,
): ((minute: number, kill: boolean) => Scene[]) => {
  const [ann, ben, cy] = (["red", "green", "blue"] as const).map((colour) =>
    createPerson(browser, server, colour),
  ) as [Person, Person, Person];
  const first: Scene[] = [
    { at: 1, what: "Ann comes", run: ann.come },
    { at: 4, what: "Ben comes", run: ben.come },
  ];
  const each: Scene[] = [
    { at: 10, what: "Ben mutes", run: ben.toggleMute },
    { at: 16, what: "Ben unmutes", run: ben.toggleMute },
    { at: 20, what: "Cy comes", run: cy.come },
    { at: 28, what: "Ann's page is loaded anew", run: ann.reload },
    { at: 34, what: "Cy leaves", run: cy.go },
    { at: 38, what: "the clapper mutes", run: () => clapper.mute(true) },
    { at: 44, what: "the clapper unmutes", run: () => clapper.mute(false) },
  ];
  const odd: Scene[] = [
    { at: 50, what: "the clapper connects anew", run: clapper.again },
  ];
  const killed: Scene[] = [
    {
      ...{ at: 47, what: "the mixer is killed" },
      run: () => {
        for (const mixer of server.mixers()) killProcess(mixer);
        return returnAfter(clapper);
      },
    },
  ];
  return (minute, kill) => [
    ...(minute === 0 ? first : []),
    ...each,
    ...(kill ? killed : []),
    ...(minute % 2 === 1 && !kill ? odd : []),
  ];
};

type Person = ReturnType<typeof createPerson>;

/** Plays scenes at their times after `start` (ms on `performance.now()`); one that fails is told and left. */
export const play = async (
  scenes: readonly Scene[],
  start: number,
): Promise<void> => {
  for (const { at, what, run } of scenes) {
    await delay(Math.max(0, start + at * 1_000 - performance.now()));
    await run().catch((error: Error) =>
      print(`  ${what}: ${error.message.split("\n")[0]}`),
    );
  }
};

/** When the file of a running recording begins: ms since 1970. */
export const zeroOf = async (
  { recordings }: Server,
  id: string,
): Promise<number> => {
  const path = join(recordings, `.${id}`, "part-000.mp4.json");
  const { startedAt } = JSON.parse(await readFile(path, "utf8")) as {
    startedAt: number;
  };
  return startedAt / 1_000;
};
