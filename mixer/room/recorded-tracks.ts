/** What is kept of each participant alone beside a recording. */
import type { Channels } from "../audio/planes.js";
import { createFit } from "../audio/fit.js";
import type {
  ParticipantId,
  RecordingId,
  RecordingTrack,
  SourceKind,
  TrackKind,
} from "../contract.js";
import type { Micros } from "../media.js";
import type { Recorder } from "../output/recorder.js";
import { listTracks, repairPictures } from "../output/tracks/files.js";
import { sourceIdOf, type SourceId } from "../video/layouts/index.js";
import { openOwnPicture, type OwnPicture } from "./own-picture-file.js";
import { openOwnSoundFiles } from "./own-sound-files.js";
import type { OwnSink } from "./own-sounds.js";
import type { Sound } from "./sound.js";
import type { Views } from "./views.js";

export type RecordedTracksOptions = {
  directory: string;
  recording: RecordingId;
  kind: Exclude<TrackKind, "none">;
  /** Of its files. */
  channels: Channels;
  sound: Sound;
  views: Views;
  recorder: Recorder;
  /** A sentence for people. */
  onProblem: (reason: string) => void;
};

export type RecordedTracks = {
  /** Whether pictures are needed: not in a pause. */
  watch(on: boolean): void;
  /** Takes nothing more; resolves with what there is when all is on disk. Idempotent; never rejects. */
  close(): Promise<RecordingTrack[] | undefined>;
};

/** Who is not heard of for so long has left, or is not to be recorded any more. */
const GONE: Micros = 200_000;
const LOOK: Micros = 40_000;
const SOURCES: readonly SourceKind[] = ["camera", "share"];

/** The pictures of all who are there, and of their screens; whoever is there is told of in each tick. */
const createOwnPictures = (options: RecordedTracksOptions) => {
  const all = new Map<SourceId, { picture: OwnPicture; seen: Micros }>();
  const { place } = options.recorder;
  const { mix } = options.sound;
  let watched = true;
  let lookedAt: Micros = 0;
  /** The first picture is a key frame, and is written if it is known where. */
  const look = (pts: Micros): void => {
    lookedAt = pts;
    const on = watched && typeof place(pts) === "number";
    for (const { picture, seen } of all.values())
      picture.watch(on && pts - seen < GONE);
  };
  const see = (
    id: SourceId,
    participant: ParticipantId,
    source: SourceKind,
    pts: Micros,
  ): void => {
    const one = all.get(id);
    if (one !== undefined) return void (one.seen = pts);
    const whose = { participant, source, place };
    const picture = openOwnPicture({ ...options, ...whose });
    all.set(id, { picture, seen: pts });
  };
  return {
    see: (participant: ParticipantId, pts: Micros): void => {
      for (const source of SOURCES) {
        const id = sourceIdOf(participant, source);
        // A screen is in the mix as long as it is shared, whether it has a sound or not.
        if (mix.has(id)) see(id, participant, source, pts);
      }
      if (pts - lookedAt >= LOOK) look(pts);
    },
    watch: (on: boolean): void => {
      watched = on;
      look(lookedAt);
    },
    close: async (): Promise<void> => {
      await Promise.all(
        [...all.values()].map(({ picture }) => picture.close()),
      );
    },
  };
};

/** Begins at once. Rejects when there can be no files. */
export const openRecordedTracks = async (
  options: RecordedTracksOptions,
): Promise<RecordedTracks> => {
  const { directory, recording, kind, channels, sound } = options;
  const { recorder, onProblem } = options;
  const sounds = await openOwnSoundFiles(
    { directory, recording, channels, onProblem },
    recorder.place,
  );
  const pictures = kind === "video" ? createOwnPictures(options) : undefined;
  const fit = createFit(channels);
  const sink: OwnSink = (participant, samples, pts) => {
    sounds.write(participant, samples && fit(samples), pts);
    pictures?.see(participant, pts);
  };
  sound.own.add(sink);
  const close = async (): Promise<RecordingTrack[] | undefined> => {
    sound.own.remove(sink);
    await Promise.all([sounds.close(), pictures?.close()]);
    // Of those who did not come back after a kill.
    await repairPictures(directory, recording);
    return listTracks(directory, recording).catch(() => undefined);
  };
  let closing: ReturnType<typeof close> | undefined;
  return {
    watch: (on) => pictures?.watch(on),
    close: () => (closing ??= close()),
  };
};
