/** A recording with tracks, made by ffmpeg: everybody is a tone and a colour. */
import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { cp, mkdir, mkdtemp, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { RecordingEntry } from "../../server/recordings/entry.js";

const run = promisify(execFile);

export type Member = {
  participant: string;
  name: string;
  /** Of its voice, at -20 dBFS. */
  tone: number;
  /** Of its picture, if it has one, that begins at `start` seconds (0 if absent). */
  colour?: string;
  start?: number;
  /** Of its picture; 640x360 if absent. */
  size?: string;
  /** Of its screen, which is as large as the canvas, if it shares one. */
  screen?: string;
};

export const ANN = {
  ...{ participant: "ann", name: "Ann", tone: 440, colour: "red" },
};
export const BEN = {
  ...{ participant: "ben", name: "Ben", tone: 1000, colour: "lime" },
};
/** Has no camera. */
export const CY = { participant: "cy", name: "Cy", tone: 2500 };

const ffmpeg = (...args: string[]): Promise<unknown> =>
  run("ffmpeg", ["-v", "error", "-y", ...args]);

const lavfi = (source: string): string[] => ["-f", "lavfi", "-i", source];

const sine = (tone: number, seconds: number): string =>
  // lavfi's sine is at -18 dBFS.
  `sine=frequency=${tone}:sample_rate=48000:duration=${seconds},volume=-2dB`;

const colour = (
  { colour: name = "black", size = "640x360" }: Member,
  seconds: number,
): string =>
  `color=c=${name}:s=${size}:r=30:d=${seconds},scale=out_color_matrix=bt601`;

const H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];

const makeTracks = async (
  directory: string,
  id: string,
  member: Member,
  seconds: number,
) => {
  const { participant, name, tone, start = 0 } = member;
  const sizeOf = async (file: string) =>
    (await stat(join(directory, file))).size;
  const audio = `${id}.tracks/${participant}.opus`;
  const opus = ["-c:a", "libopus", "-b:a", "64k", join(directory, audio)];
  await ffmpeg(...lavfi(sine(tone, seconds)), ...opus);
  const track = {
    ...{ participant, name },
    audio: { file: audio, size: await sizeOf(audio) },
  };
  const film = async (file: string, look: Member) => {
    const source = lavfi(colour(look, seconds - start));
    await ffmpeg(...source, ...H264, join(directory, file));
    return { file, size: await sizeOf(file), start };
  };
  const { colour: face, screen } = member;
  const path = `${id}.tracks/${participant}`;
  const shared = { ...member, colour: screen, size: "1280x720" };
  return {
    ...track,
    ...(face && { video: await film(`${path}.mp4`, member) }),
    ...(screen && { share: await film(`${path}.share.mp4`, shared) }),
  };
};

const make = async (
  directory: string,
  id: string,
  members: readonly Member[],
  seconds: number,
): Promise<RecordingEntry> => {
  await mkdir(join(directory, `${id}.tracks`), { recursive: true });
  const tracks = await Promise.all(
    members.map((member) => makeTracks(directory, id, member, seconds)),
  );
  const file = join(directory, `${id}.mp4`);
  await ffmpeg(
    ...lavfi(`color=c=gray:s=640x360:r=30:d=${seconds}`),
    ...lavfi(sine(members[0]?.tone ?? 300, seconds)),
    ...[...H264, "-c:a", "aac", "-t", String(seconds), file],
  );
  const startedAt = new Date("2026-11-23T10:00:00.000Z");
  const endedAt = new Date(startedAt.getTime() + seconds * 1000).toISOString();
  return {
    ...{ id, room: "lobby", title: "Weekly", state: "stopped", format: "mp4" },
    ...{ startedAt: startedAt.toISOString(), endedAt, duration: seconds },
    size: (await stat(file)).size,
    participants: members.map(({ participant, name }) => ({
      ...{ id: participant, name },
      ...{ joinedAt: startedAt.toISOString(), leftAt: endedAt },
    })),
    tracks,
  };
};

const made = new Map<
  string,
  Promise<{ directory: string; entry: RecordingEntry }>
>();

/** Made once for all tests of a file that ask for the same; gone with the process. */
const madeOnce = (
  ...asked: [id: string, members: readonly Member[], seconds: number]
) => {
  const key = JSON.stringify(asked);
  const known = made.get(key);
  if (known !== undefined) return known;
  const making = mkdtemp(join(tmpdir(), "tutti-made-")).then(
    async (directory) => {
      process.once("exit", () => rmSync(directory, { recursive: true }));
      return { directory, entry: await make(directory, ...asked) };
    },
  );
  made.set(key, making);
  return making;
};

/** The mix is as loud as its voices and grey. Gives the sidecar's text, which is not written. */
export const makeRecording = async (
  directory: string,
  ...asked: [id: string, members: readonly Member[], seconds: number]
): Promise<RecordingEntry> => {
  const { directory: from, entry } = await madeOnce(...asked);
  await cp(from, directory, { recursive: true });
  return structuredClone(entry);
};
