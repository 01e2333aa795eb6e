/** How well a page that watches understands what is said. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { createResampler } from "../../mixer/audio/resample.js";
import { pageScript } from "../helpers/browser.js";
import { intelligibility } from "../helpers/intelligible.js";
import { parseWav } from "../helpers/tone.js";
import { SPEECH, SPEECH_MS } from "./load/clips.js";

/** What the synthetic talker says over and over, at 48 kHz. */
const said = (): Int16Array => {
  const { samples, rate } = parseWav(readFileSync(SPEECH));
  const all = new Int16Array(48 * SPEECH_MS);
  all.set(
    createResampler(1).resample(samples, rate, 1).subarray(0, all.length),
  );
  return all;
};

/** Gives a page what it needs to listen; once. */
export const equip = async (page: Page): Promise<void> => {
  await page.evaluate(await pageScript("stress"));
};

/** Judged at a time: a player that grows its buffer shifts what comes later, whom nobody understands the less. */
const SLICE = 5 * 48_000;

const slices = (heard: Int16Array): Int16Array[] =>
  Array.from(
    { length: Math.max(1, Math.floor(heard.length / SLICE)) },
    (_, n) => heard.subarray(n * SLICE, (n + 1) * SLICE),
  );

/** Listens for so long; 0 (nothing) to 1 (as it was said) is understood of it. */
export const understood = async (page: Page, ms: number): Promise<number> => {
  const text = await page.evaluate(
    (seconds) => window.stress.record(seconds),
    ms / 1000,
  );
  const bytes = new Uint8Array(Buffer.from(text, "base64"));
  const heard = slices(new Int16Array(bytes.buffer));
  const scores = heard.map((slice) => intelligibility(said(), slice));
  return scores.reduce((sum, one) => sum + one, 0) / scores.length;
};
