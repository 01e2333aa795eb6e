/** What a browser counts while its line is cut, and the figures that are made of it. */
import { setTimeout as delay } from "node:timers/promises";
import type { Page } from "playwright-core";
import type { MixStats } from "../helpers/page/peers.js";
import { percentile } from "./figures.js";

/** How often the browser is asked. */
const SAMPLE_MS = 100;

export type Sample = MixStats & { at: number };

/** What the browser counts, ten times a second, until `stop`, which rejects if the browser was lost. */
export const watch = (page: Page) => {
  const samples: Sample[] = [];
  let running = true;
  const done = (async () => {
    while (running) {
      const stats = await page.evaluate(() => window.tools.stats());
      samples.push({ ...stats, at: performance.now() });
      await delay(SAMPLE_MS);
    }
  })();
  done.catch(() => undefined);
  return {
    samples,
    stop: async (): Promise<void> => {
      running = false;
      await done;
    },
  };
};

/** Changes from one sample to the next, between two moments. */
export const steps = (samples: readonly Sample[], from: number, to: number) =>
  samples.slice(1).flatMap((now, n) => {
    const before = samples[n]!;
    if (now.at < from || now.at > to) return [];
    const ms = (count: number): number => count / 48;
    return {
      at: now.at,
      height: now.frameHeight,
      pictures: now.framesDecoded - before.framesDecoded,
      concealed: ms(now.concealedSamples - before.concealedSamples),
      sound: ms(now.totalSamples - before.totalSamples),
    };
  });

export type Step = ReturnType<typeof steps>[number];

/** The longest time in which most of the sound was made up, in ms. */
export const longestGap = (some: readonly Step[]): number => {
  let longest = 0;
  let gap = 0;
  for (const { concealed, sound } of some) {
    gap = concealed > sound / 2 ? gap + concealed : 0;
    longest = Math.max(longest, gap);
  }
  return longest;
};

export const sum = (
  some: readonly Step[],
  key: "concealed" | "pictures" | "sound",
): number => some.reduce((total, step) => total + step[key], 0);

/** Per cent of the sound that was made up. */
export const madeUp = (some: readonly Step[]): number =>
  (100 * sum(some, "concealed")) / Math.max(1, sum(some, "sound"));

/** The longest time without a new picture, in ms. */
export const longestStop = (some: readonly Step[]): number => {
  let longest = 0;
  let since = some[0]?.at ?? 0;
  for (const { at, pictures } of some) {
    longest = Math.max(longest, at - since);
    if (pictures > 0) since = at;
  }
  return longest;
};

/** Ms between one picture and the next, usually and at most; NaN of less than two. */
export const betweenPictures = (
  some: readonly Step[],
): { usual: number; most: number } => {
  const times = some.filter(({ pictures }) => pictures > 0);
  const gaps = times.slice(1).map(({ at }, n) => at - times[n]!.at);
  return { usual: percentile(gaps, 0.5), most: percentile(gaps, 1) };
};

/** When smaller pictures had come so many times, in ms after the cut; undefined = never. */
export const smallerAfter = (
  some: readonly Step[],
  count: number,
  { cutAt, height }: { cutAt: number; height: number },
): number | undefined => {
  let seen = 0;
  for (const step of some) {
    if (step.height >= height) continue;
    seen += step.pictures;
    if (seen >= count) return step.at - cutAt;
  }
  return undefined;
};
