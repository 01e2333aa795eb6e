/** Everybody's own sound beside a recording of the mix: `DIRECTORY/ID.tracks/PARTICIPANT.opus`. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { ParticipantId, RecordingId } from "../../contract.js";
import type { Micros } from "../../media.js";
import { startSyncAll } from "../sync.js";
import { folderOf, listSounds } from "./files.js";
import { openTrack, type Track } from "./track.js";

export type TracksOptions = {
  directory: string;
  recording: RecordingId;
  channels: 1 | 2;
  /** A sentence for people: somebody's track ends here, the recording goes on. */
  onProblem: (reason: string) => void;
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

type Tick = { samples: Int16Array | undefined; time: Micros };

/** What comes while a file is being opened, which takes some milliseconds, or a second where it is long. */
const MOST_WAITING = 250;

/** One that may still be being opened, or could not be. */
class Opening {
  #track: Track | undefined;
  #waiting: Tick[] | undefined = [];
  readonly #opened: Promise<void>;

  constructor(opening: Promise<Track>, onError: (error: Error) => void) {
    this.#opened = opening.then(
      (track) => {
        this.#track = track;
        for (const { samples, time } of this.#waiting ?? [])
          track.write(samples, time);
        this.#waiting = undefined;
      },
      (error: Error) => {
        this.#waiting = undefined;
        onError(error);
      },
    );
  }

  write(samples: Int16Array | undefined, time: Micros): void {
    if (this.#waiting === undefined) this.#track?.write(samples, time);
    else if (this.#waiting.length < MOST_WAITING)
      // The mix writes its next tick into the same memory.
      this.#waiting.push({ samples: samples && samples.slice(), time });
  }

  async close(time: Micros): Promise<void> {
    await this.#opened;
    await this.#track?.close(time);
  }
}

/** Goes on with those that a killed process has left. Rejects when their folder cannot be made. */
export const createTracks = async (options: TracksOptions): Promise<Tracks> => {
  const { directory, recording, channels, onProblem } = options;
  const folder = join(directory, folderOf(recording));
  await mkdir(folder, { recursive: true });
  const sync = startSyncAll(folder, "opus");
  const tracks = new Map<ParticipantId, Opening>();
  let closing: Promise<void> | undefined;

  const onError = ({ message }: Error): void =>
    onProblem(`The track of one participant has ended: ${message}`);
  const begin = (id: ParticipantId, time: Micros): Opening => {
    const path = join(folder, `${id}.opus`);
    const about = { path, title: id, channels, begin: time, onError };
    const track = new Opening(openTrack(about), onError);
    tracks.set(id, track);
    return track;
  };
  // Whoever does not come back after a kill has a track as long as all others, too.
  for (const id of await listSounds(directory, recording)) begin(id, 0);
  const close = async (time: Micros): Promise<void> => {
    await Promise.all([...tracks.values()].map((track) => track.close(time)));
    sync.close();
  };
  return {
    write: (id, samples, time) => {
      if (closing !== undefined) return;
      const track = tracks.get(id) ?? begin(id, Math.max(0, time));
      track.write(samples, time);
    },
    close: (time) => (closing ??= close(time)),
  };
};
