/** Everybody's own sound into files beside a recording, each tick where the mix of the same moment is. */
import type { ParticipantId } from "../contract.js";
import type { Recorder } from "../output/recorder.js";
import { createTracks, type TracksOptions } from "../output/tracks/tracks.js";
import { TICK, type Micros } from "../media.js";
import type { OwnSink } from "./own-sounds.js";

export type OwnSoundFiles = {
  /** Samples are copied. */
  write: OwnSink;
  /** Resolves when all is on disk. Idempotent. */
  close(): Promise<void>;
};

type Tick = {
  participant: ParticipantId;
  samples: Int16Array | undefined;
  pts: Micros;
};

/** For the key frame with which the file of the mix begins or goes on; the sound of that waits as long. */
const LONGEST_WAIT: Micros = 3_000_000;

export const openOwnSoundFiles = async (
  options: TracksOptions,
  place: Recorder["place"],
): Promise<OwnSoundFiles> => {
  const tracks = await createTracks(options);
  /** What comes before it is known where it belongs. */
  const waiting: Tick[] = [];
  let end: Micros = 0;

  const put: (...tick: Parameters<OwnSink>) => boolean = (
    participant,
    samples,
    pts,
  ) => {
    const time = place(pts);
    if (time === "later") return false;
    if (time === "never") return true;
    tracks.write(participant, samples, time);
    end = Math.max(end, time + TICK);
    return true;
  };
  const putWaiting = (): boolean => {
    while (waiting.length > 0) {
      const { participant, samples, pts } = waiting[0]!;
      if (!put(participant, samples, pts)) return false;
      waiting.shift();
    }
    return true;
  };
  const keep: OwnSink = (participant, samples, pts) => {
    waiting.push({ participant, samples: samples?.slice(), pts });
    while (pts - waiting[0]!.pts > LONGEST_WAIT) waiting.shift();
  };
  return {
    write: (participant, samples, pts) => {
      if (!putWaiting() || !put(participant, samples, pts))
        keep(participant, samples, pts);
    },
    close: () => tracks.close(end),
  };
};
