/** Has finished files looked through, one after the other, by whichever mixer has time. */
import type { RecordingChecks, RecordingId } from "../../mixer/contract.js";
import type { RecordingInfo } from "../signaling/messages.js";
import type { RecordingEntry } from "./entry.js";
import type { Log } from "../log.js";
import type { Request } from "../mixers/link.js";
import type { RecordingJournal } from "../rooms/journal.js";

export type ChecksOptions = {
  /** Whichever mixer has time. */
  ask: Request;
  library: RecordingJournal & {
    get(id: RecordingId): Promise<RecordingEntry>;
    checked(id: RecordingId, checks: RecordingChecks): Promise<void>;
  };
  /** Told of each file that is not as it should be. */
  warn: (entry: RecordingEntry) => void;
  /** It was looked through, or cannot be. */
  onLooked?(id: RecordingId): void;
  log: Log;
};

/** What the moderators of its room are told, if that is there still. */
export const warningOf = ({
  id,
  format,
  startedAt,
  checks,
}: RecordingEntry): RecordingInfo => ({
  ...{ id, format, startedAt, state: "stopped" },
  reason: `The file has been looked through: ${checks?.problems.join("; ") ?? ""}`,
});

/** The library as the rooms' journal: what is finished is looked through in the background, without anybody waiting. */
export const withChecks = ({
  ask,
  library,
  warn,
  onLooked,
  log,
}: ChecksOptions): RecordingJournal => {
  let last: Promise<void> = Promise.resolve();
  const look = async (recording: RecordingId): Promise<void> => {
    try {
      const { format } = await library.get(recording);
      // What people wait for first.
      await ask("recording.preview", { recording, format });
      const checks = await ask("recording.check", { recording, format });
      await library.checked(recording, checks);
      // What can only be known here is in it too.
      const entry = await library.get(recording);
      const problems = entry.checks?.problems ?? [];
      if (problems.length === 0) return;
      log.warn({ recording, problems }, "recording has problems");
      warn(entry);
    } catch (err) {
      // The file is there all the same: it was not looked through, which its description shows.
      log.warn({ err, recording }, "recording not looked through");
    } finally {
      onLooked?.(recording);
    }
  };
  return {
    ...library,
    finished: async (...end) => {
      await library.finished(...end);
      last = last.then(() => look(end[0]));
    },
  };
};
