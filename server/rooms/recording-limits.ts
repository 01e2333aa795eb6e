/** When a recording ends by itself: after a time, at a size, or when nobody is there. */
import type { RecordingId } from "../../mixer/contract.js";
import type { Recording } from "./recording.js";
import type { RecordingLimits } from "./types.js";

/** How far a running recording is: seconds without pauses, and bytes. */
export type Progress = { duration: number; size: number };

/** Seconds that a recording of an empty room waits for the first to come, if nothing else is said. */
const WAIT_FOR_FIRST = 600;
const LOOK_MS = 1_000;

type Watched = { recording: Recording; emptySince: number | undefined };

export type LimitsSettings = {
  isEmpty(): boolean;
  progress(id: RecordingId): Promise<Progress>;
  /** `why` is a sentence for people. */
  onReached(recording: Recording, why: string): void;
};

export type LimitsWatch = {
  add(recording: Recording): void;
  remove(recording: Recording): void;
  /** The last one has just left. */
  onEmpty(): void;
};

const minutes = (seconds: number): string =>
  seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;

const reached = (
  { maxDuration, maxSize }: RecordingLimits,
  { duration, size }: Progress,
): string | undefined => {
  if (maxDuration !== undefined && duration >= maxDuration)
    return `It ended at its limit of ${minutes(maxDuration)}`;
  if (maxSize !== undefined && size >= maxSize)
    return `It ended at its limit of ${(maxSize / 1e6).toFixed(1)} MB`;
  return undefined;
};

/**
 * Looks once a second while something is recorded. Who left last ends what was recorded at once, if nothing else is said:
 * nobody wants to watch an empty room.
 */
export const createLimitsWatch = (settings: LimitsSettings): LimitsWatch => {
  const { isEmpty, progress, onReached } = settings;
  const all = new Map<RecordingId, Watched>();
  let timer: NodeJS.Timeout | undefined;

  const remove = ({ id }: Recording): void => {
    all.delete(id);
    if (all.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
  const end = (recording: Recording, why: string): void => {
    if (!all.has(recording.id)) return;
    remove(recording);
    onReached(recording, why);
  };
  const lookAtEmpty = (watched: Watched): void => {
    const { recording } = watched;
    if (!isEmpty()) watched.emptySince = undefined;
    else watched.emptySince ??= performance.now();
    const { stopWhenEmpty = WAIT_FOR_FIRST } = recording;
    if (watched.emptySince === undefined || stopWhenEmpty === null) return;
    if (performance.now() - watched.emptySince >= stopWhenEmpty * 1_000)
      end(recording, "It ended because nobody was there");
  };
  const lookAtLimits = async ({ recording }: Watched): Promise<void> => {
    const { id, maxDuration, maxSize } = recording;
    if (maxDuration === undefined && maxSize === undefined) return;
    const why = reached(recording, await progress(id));
    if (why !== undefined) end(recording, why);
  };
  const look = (): void => {
    for (const watched of [...all.values()]) {
      lookAtEmpty(watched);
      // A disk that cannot be asked now can be asked in a second.
      lookAtLimits(watched).catch(() => undefined);
    }
  };
  return {
    add: (recording) => {
      all.set(recording.id, { recording, emptySince: undefined });
      timer ??= setInterval(look, LOOK_MS);
    },
    remove,
    onEmpty: () => {
      for (const { recording } of [...all.values()])
        if (recording.stopWhenEmpty === undefined)
          end(recording, "It ended when the last one left");
    },
  };
};
