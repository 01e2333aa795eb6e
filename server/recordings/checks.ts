/** Has finished files looked through, one after the other, by whichever mixer has time. */
import type {
  RecordingChecks,
  RecordingFormat,
  RecordingId,
} from "../../mixer/contract.js";
import type { Log } from "../log.js";
import type { RecordingJournal } from "../rooms/journal.js";

export type ChecksOptions = {
  /** Asks a mixer. */
  check(file: {
    recording: RecordingId;
    format: RecordingFormat;
  }): Promise<RecordingChecks>;
  library: RecordingJournal & {
    get(id: RecordingId): Promise<{ format: RecordingFormat }>;
    checked(id: RecordingId, checks: RecordingChecks): Promise<void>;
  };
  /** It was looked through, or cannot be. */
  onLooked?(id: RecordingId): void;
  log: Log;
};

/** The library as the rooms' journal: what is finished is looked through in the background, without anybody waiting. */
export const withChecks = ({
  check,
  library,
  onLooked,
  log,
}: ChecksOptions): RecordingJournal => {
  let last: Promise<void> = Promise.resolve();
  const look = async (recording: RecordingId): Promise<void> => {
    try {
      const { format } = await library.get(recording);
      const checks = await check({ recording, format });
      await library.checked(recording, checks);
      const { problems } = checks;
      if (problems.length > 0)
        log.warn({ recording, problems }, "recording has problems");
    } catch (err) {
      // The file is there all the same: it was not looked through, which its description shows.
      log.warn({ err, recording }, "recording not looked through");
    }
    onLooked?.(recording);
  };
  return {
    ...library,
    finished: async (...end) => {
      await library.finished(...end);
      last = last.then(() => look(end[0]));
    },
  };
};
