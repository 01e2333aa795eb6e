/** Everybody's own sound beside a recording of the mix: `DIRECTORY/ID.tracks/PARTICIPANT.opus`. */
import { mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ParticipantId, RecordingId } from "../../contract.js";
import type { Micros } from "../../media.js";
import { openTrack, type Track } from "./track.js";

export type TracksOptions = {
  directory: string;
  recording: RecordingId;
  channels: 1 | 2;
  /** A sentence for people: somebody's track ends here, the recording goes on. */
  onProblem: (reason: string) => void;
};

export type TrackFile = {
  participant: ParticipantId;
  /** Relative to the directory of recordings. */
  file: string;
  /** Bytes. */
  size: number;
};

export type Tracks = {
  /** One tick of somebody who is there, at its time in the recording; undefined is silence. Never blocks, never throws. */
  write(
    participant: ParticipantId,
    samples: Int16Array | undefined,
    time: Micros,
  ): void;
  /** Resolves when all are on disk, as long as the recording. Idempotent; never rejects. */
  close(time: Micros): Promise<void>;
};

const TRACK = /^([A-Za-z0-9_-]{1,64})\.opus$/;

const folderOf = (recording: RecordingId): string => `${recording}.tracks`;

/** The tracks of a recording that lie in the directory; none if there is no such folder. */
export const listTracks = async (
  directory: string,
  recording: RecordingId,
): Promise<TrackFile[]> => {
  const folder = folderOf(recording);
  const names = await readdir(join(directory, folder)).catch(() => []);
  const found = names.flatMap((name) => {
    const [, participant] = TRACK.exec(name) ?? [];
    return participant === undefined ? [] : [{ participant, name }];
  });
  return Promise.all(
    found.map(async ({ participant, name }) => {
      const file = join(folder, name);
      const { size } = await stat(join(directory, file));
      return { participant, file, size };
    }),
  );
};

/** Rejects when their folder cannot be made. */
export const createTracks = async (options: TracksOptions): Promise<Tracks> => {
  const { directory, recording, channels, onProblem } = options;
  const folder = join(directory, folderOf(recording));
  await mkdir(folder, { recursive: true });
  /** Undefined while it is being opened, or if it could not be. */
  const tracks = new Map<ParticipantId, Track | undefined>();
  const opening = new Set<Promise<void>>();
  let closing: Promise<void> | undefined;

  const begin = async (id: ParticipantId, time: Micros): Promise<void> => {
    const onError = ({ message }: Error): void =>
      onProblem(`The track of one participant has ended: ${message}`);
    try {
      const path = join(folder, `${id}.opus`);
      tracks.set(
        id,
        await openTrack({ path, title: id, channels, begin: time, onError }),
      );
    } catch (error) {
      onError(error as Error);
    }
  };
  const close = async (time: Micros): Promise<void> => {
    await Promise.all(opening);
    await Promise.all([...tracks.values()].map((track) => track?.close(time)));
  };
  return {
    write: (id, samples, time) => {
      if (closing !== undefined) return;
      if (tracks.has(id)) return tracks.get(id)?.write(samples, time);
      tracks.set(id, undefined);
      const begun = begin(id, time).finally(() => opening.delete(begun));
      opening.add(begun);
    },
    close: (time) => (closing ??= close(time)),
  };
};
