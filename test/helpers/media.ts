/** Files of one colour and one tone, and of flashes and beeps, made by the system's ffmpeg. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Yuv } from "./peer.js";

const run = promisify(execFile);

export type MadeMedia = {
  colour?: Yuv;
  /** After the first half of its time. */
  then?: Yuv;
  /** Hz, at -20 dBFS; absent: no sound. */
  tone?: number;
  /** After the first half of its time. */
  thenTone?: number;
  seconds?: number;
};

const picture = (first: Yuv, then: Yuv, seconds: number): string => {
  const at = (plane: number): string =>
    `if(lt(T\\,${seconds / 2})\\,${first[plane]}\\,${then[plane]})`;
  return `color=size=320x180:rate=15:duration=${seconds},format=yuv420p,geq=lum='${at(0)}':cb='${at(1)}':cr='${at(2)}'`;
};

const sound = (tone: number, then: number, seconds: number): string =>
  `aevalsrc='0.1*sin(2*PI*t*if(lt(t\\,${seconds / 2})\\,${tone}\\,${then}))':s=48000:d=${seconds}`;

/** Writes a file; its name says the format. */
export const makeMedia = async (
  file: string,
  { colour, then, tone, thenTone, seconds = 4 }: MadeMedia,
): Promise<string> => {
  const inputs: string[] = [];
  if (colour !== undefined)
    inputs.push("-f", "lavfi", "-i", picture(colour, then ?? colour, seconds));
  if (tone !== undefined)
    inputs.push("-f", "lavfi", "-i", sound(tone, thenTone ?? tone, seconds));
  const coded = colour === undefined ? [] : ["-c:v", "libx264", "-g", "15"];
  await run("ffmpeg", [
    ...["-v", "error", "-y", ...inputs, ...coded],
    ...["-preset", "ultrafast", "-shortest", file],
  ]);
  return file;
};

/** At each full second a white flash and a beep of 1 kHz begin, 100 ms long. */
export const makeFlashBeep = async (
  file: string,
  seconds: number,
): Promise<string> => {
  const flash = `color=size=320x180:rate=30:duration=${seconds},format=yuv420p,geq=lum='if(lt(mod(T\\,1)\\,0.1)\\,235\\,16)':cb=128:cr=128`;
  const beep = `aevalsrc='0.5*sin(2*PI*1000*t)*lt(mod(t\\,1)\\,0.1)':s=48000:d=${seconds}`;
  await run("ffmpeg", [
    ...["-v", "error", "-y", "-f", "lavfi", "-i", flash],
    ...["-f", "lavfi", "-i", beep, "-c:v", "libx264", "-preset", "ultrafast"],
    file,
  ]);
  return file;
};
