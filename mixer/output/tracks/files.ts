/** The tracks that lie beside a recording: which there are, and making whole what a killed process has left. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type {
  ParticipantId,
  RecordingId,
  RecordingTrack,
  SourceKind,
} from "../../contract.js";
import { repairRecording } from "../finish.js";
import { pathsOf, type WorkPlace } from "../work.js";
import { cutTornPages } from "./track.js";

export const folderOf = (recording: RecordingId): string =>
  `${recording}.tracks`;

/** Where a participant's picture is written. */
export const pictureOf = (
  directory: string,
  recording: RecordingId,
  participant: ParticipantId,
  source: SourceKind,
): WorkPlace => ({
  directory: join(directory, folderOf(recording)),
  recording: participant,
  format: "mp4",
  given: true,
  ...(source === "share" && { suffix: source }),
});

const FILE = /^([A-Za-z0-9_-]{1,64})\.(opus|mp4|share\.mp4)$/;
/** The work folder of a picture that is not finished. */
const UNFINISHED = /^\.([A-Za-z0-9_-]{1,64}?)(\.share)?$/;

const startOf = async (place: WorkPlace): Promise<number> => {
  const text = await readFile(pathsOf(place).start, "utf8");
  const { start } = JSON.parse(text) as { start?: unknown };
  return typeof start === "number" ? start : 0;
};

const namesIn = (
  directory: string,
  recording: RecordingId,
): Promise<string[] | undefined> =>
  readdir(join(directory, folderOf(recording))).catch(() => undefined);

/** Who has a sound. Of who has an empty one nothing was kept. */
export const listSounds = async (
  directory: string,
  recording: RecordingId,
): Promise<ParticipantId[]> => {
  const found: ParticipantId[] = [];
  for (const name of (await namesIn(directory, recording)) ?? []) {
    const [, participant, kind] = FILE.exec(name) ?? [];
    if (participant === undefined || kind !== "opus") continue;
    const { size } = await stat(join(directory, folderOf(recording), name));
    if (size > 0) found.push(participant);
  }
  return found;
};

/** What there is of everybody; undefined if there is no folder for it. */
export const listTracks = async (
  directory: string,
  recording: RecordingId,
): Promise<RecordingTrack[] | undefined> => {
  const names = await namesIn(directory, recording);
  if (names === undefined) return undefined;
  const tracks = new Map<ParticipantId, RecordingTrack>();
  for (const name of names.sort()) {
    const [, participant, kind] = FILE.exec(name) ?? [];
    if (participant === undefined) continue;
    const file = join(folderOf(recording), name);
    const { size } = await stat(join(directory, file));
    // Its process was killed before there was a second of it.
    if (size === 0) continue;
    const track = tracks.get(participant) ?? { participant };
    tracks.set(participant, track);
    if (kind === "opus") {
      track.audio = { file, size };
      continue;
    }
    const source = kind === "mp4" ? "camera" : "share";
    const place = pictureOf(directory, recording, participant, source);
    const start = await startOf(place).catch(() => 0);
    track[source === "camera" ? "video" : "share"] = { file, size, start };
  }
  return [...tracks.values()];
};

/**
 * Makes whole the pictures that a killed process has left. One of which nothing can be played is left out; never rejects for
 * that.
 */
export const repairPictures = async (
  directory: string,
  recording: RecordingId,
): Promise<void> => {
  for (const name of (await namesIn(directory, recording)) ?? []) {
    const [, unfinished, share] = UNFINISHED.exec(name) ?? [];
    if (unfinished === undefined) continue;
    const source = share === undefined ? "camera" : "share";
    const place = pictureOf(directory, recording, unfinished, source);
    await repairRecording(place).catch(() => undefined);
  }
};

/** Makes whole all that a killed process has left, and says what there is. */
export const repairTracks = async (
  directory: string,
  recording: RecordingId,
): Promise<RecordingTrack[] | undefined> => {
  await repairPictures(directory, recording);
  for (const name of (await namesIn(directory, recording)) ?? []) {
    const path = join(directory, folderOf(recording), name);
    if (name.endsWith(".opus")) await cutTornPages(path).catch(() => undefined);
  }
  return listTracks(directory, recording);
};
