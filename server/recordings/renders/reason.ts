import type { RecordingId } from "../../../mixer/contract.js";
import type { Library } from "../library.js";

/** Why there is no file. Of a recording whose files have gone meanwhile, what ffmpeg says tells nobody anything. */
export const reasonOf = async (
  library: Pick<Library, "get">,
  recording: RecordingId,
  err: unknown,
): Promise<string> => {
  const is = await library.get(recording).catch(() => undefined);
  if (is === undefined) return "The recording was deleted";
  return err instanceof Error ? err.message : String(err);
};
