/** People who begin to speak: read, synthesised by FFmpeg's flite where it has that, and from a folder that is named. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createResampler } from "../../mixer/audio/resample.js";
import type { Clip } from "../helpers/beginnings.js";
import { RATE, speech } from "../helpers/sounds.js";
import { parseWav } from "../helpers/tone.js";

/** First sounds of all kinds: hissed, aspirated, stopped, sung. */
const SENTENCES = [
  "She said that she would be here by five.",
  "Some of the figures seem to be wrong.",
  "Fish and chips for everybody.",
  "Thank you all for coming today.",
  "Peter has finished the first part.",
  "Can you hear me now?",
  "Hello, this is the second try.",
  "Yes, I think so.",
  "Well, let us begin with the list.",
  "What should we do about it?",
  "Okay, that is all for now.",
  "Both of them are fine with me.",
];
/** A woman and three men. */
const FLITE = ["slt", "awb", "rms", "kal16"];

const synthesise = (voice: string, text: string): Clip[] => {
  const source = `flite=text='${text}':voice=${voice}`;
  try {
    const raw = execFileSync(
      "ffmpeg",
      // prettier-ignore
      ["-v", "error", "-f", "lavfi", "-i", source, "-ar", `${RATE}`, "-f", "s16le", "-"],
      { stdio: ["ignore", "pipe", "ignore"] },
    );
    const samples = new Int16Array(raw.length >> 1);
    for (let i = 0; i < samples.length; i++)
      samples[i] = raw.readInt16LE(2 * i);
    return [{ speaker: `flite ${voice}`, samples }];
  } catch {
    return [];
  }
};

const readFolder = (folder: string): Clip[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".wav"))
    .map((name) => {
      const file = readFileSync(join(folder, name));
      const { samples, rate, channels } = parseWav(file);
      const resampled = createResampler().resample(samples, rate, channels);
      const speaker = name.replace(/-[^-]*\.wav$/, "");
      return { speaker, samples: resampled.slice() };
    });

export const readClips = (folder?: string): Clip[] =>
  folder !== undefined
    ? readFolder(folder)
    : [
        ...(["0880", "0930"] as const).flatMap((file) =>
          [0.8, 1, 1.3, 1.7].map((pitch) => ({
            speaker: `${file} x ${pitch}`,
            samples: speech(file, pitch),
          })),
        ),
        ...FLITE.flatMap((voice) =>
          SENTENCES.flatMap((text) => synthesise(voice, text)),
        ),
      ];
