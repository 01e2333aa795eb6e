/** Voices and beeps of pages that send by WHIP, and how late the beeps are heard. */
import type { ExecutionContext } from "ava";
import { pageScript } from "./browser.js";
import type { Conference, Someone } from "./conference.js";
import { median } from "./median.js";

/** The page's instruments; once, since they know what it has sent. */
export const equip = async ({ page }: Someone): Promise<void> => {
  const has = await page.evaluate(() => "stress" in window);
  if (!has) await page.evaluate(await pageScript("stress"));
};

/** Without a file: beeps. */
export const speak = async (
  call: Conference,
  someone: Someone,
  file?: string,
): Promise<void> => {
  await equip(someone);
  await someone.page.evaluate(
    ([room, voice]) => window.stress.send(room, voice),
    [call.room, file] as const,
  );
};

/** Somebody who hears the own beeps. Resolves with how late the latest ones were, in ms. */
export const watchDelays = async (someone: Someone) => {
  await someone.page.evaluate(() => window.stress.watchDelays());
  return (seconds: number): Promise<number[]> =>
    someone.page.evaluate((of) => window.stress.delaysOf(of), seconds);
};

/** By how much the delay of each grew meanwhile, ms. */
export const growth = async (
  t: ExecutionContext,
  latest: readonly ((seconds: number) => Promise<number[]>)[],
  meanwhile: () => Promise<unknown>,
): Promise<number[]> => {
  const read = () => Promise.all(latest.map(async (of) => median(await of(4))));
  const before = await read();
  await meanwhile();
  const after = await read();
  const show = (them: number[]): string =>
    them.map((ms) => ms.toFixed(0)).join(" and ");
  t.log(`mouth to ear: ${show(before)} ms before, ${show(after)} ms after`);
  return after.map((ms, at) => ms - before[at]!);
};
