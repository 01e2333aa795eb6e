/** Has finished files looked through, one after the other, by whichever mixer has time. */
import type {
  RecordingChecks,
  RecordingFormat,
  RecordingId,
} from "../../mixer/contract.js";
import type { Log } from "../log.js";
import type { Request } from "../mixers/link.js";
import type { RecordingJournal } from "../rooms/journal.js";

export type ChecksOptions = {
  /** Whichever mixer has time. */
  ask: Request;
  library: RecordingJournal & {
    get(id: RecordingId): Promise<{ format: RecordingFormat }>;
    checked(id: RecordingId, checks: RecordingChecks): Promise<void>;
  };
  log: Log;
};

/** The library as the rooms' journal: what is finished is looked through in the background, without anybody waiting. */
export const withChecks = ({
  ask,
  library,
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
      const { problems } = checks;
      if (problems.length > 0)
        log.warn({ recording, problems }, "recording has problems");
    } catch (err) {
      // The file is there all the same: it was not looked through, which its description shows.
      log.warn({ err, recording }, "recording not looked through");
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
