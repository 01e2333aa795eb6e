/** The end of a recording, written down however long that takes. */
import type { RecordingId, RecordingResult } from "../../mixer/contract.js";
import { ended, guessedEnd, type RecordingEntry } from "./entry.js";
import { get, type State } from "./reading.js";
import { named } from "./tracks.js";

/** How many times longer than with writings of a running one it takes to the next try of an end: 5 s. */
const AGAIN = 5;
const LONGEST_MS = 600_000;

/**
 * Until it can be written it stays held, and so is shown as it is: a disk that is full has room again some time. A start
 * before that finds it unfinished on the disk, and repairs it.
 */
const writeEnd = async (
  state: State,
  whole: RecordingEntry,
  wait: number,
): Promise<void> => {
  const { held, log, timelines, again } = state;
  const { id } = whole;
  try {
    // Without its timeline a recording is still one.
    await timelines.finish(id, whole).catch((err: unknown) => {
      log.warn({ err, recording: id }, "timeline not written");
    });
    await held.put(whole);
    held.drop(id);
  } catch (err) {
    log.error({ err, recording: id }, "end of recording not written down");
    const later = Math.min(2 * wait, LONGEST_MS);
    const retry = (): void => {
      const now = held.get(id);
      if (now !== undefined) void writeEnd(state, now, later);
    };
    clearTimeout(again.get(id));
    again.set(id, setTimeout(retry, wait).unref());
  }
};

export const end = async (
  state: State,
  id: RecordingId,
  end: Pick<RecordingEntry, "state" | "reason"> & {
    result?: RecordingResult;
    at?: Date;
  },
): Promise<void> => {
  const { held } = state;
  const { result, at, ...how } = end;
  const entry = await get(state, id);
  const { duration, size } = result ?? { duration: 0, size: 0 };
  const tracks = named(result?.tracks, entry.participants);
  const unknown = held.get(id) === undefined;
  const endedAt = at ?? (unknown ? guessedEnd(entry, duration) : state.now());
  const whole = ended(entry, { ...how, duration, size, tracks, endedAt });
  await writeEnd(state, whole, AGAIN * state.writeEvery);
};
