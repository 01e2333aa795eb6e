/** What the call's recordings mean for the page. Pure. */
import type { RecordingInfo } from "../sdk/index.js";

export type RecordingView = {
  /** Everybody is shown that it runs. */
  running: boolean;
  /** The file is being finished. */
  finishing: boolean;
};

export const viewRecordings = (
  recordings: readonly RecordingInfo[],
): RecordingView => ({
  running: recordings.some(({ state }) => state === "recording"),
  finishing: recordings.some(({ state }) => state === "finishing"),
});

const SENTENCES = {
  recording: "This call is being recorded.",
  finishing: undefined,
  stopped: "The recording has ended.",
  failed: "The recording has failed.",
} as const satisfies Record<RecordingInfo["state"], string | undefined>;

const sentenceFor = (
  { state, reason }: RecordingInfo,
  before: RecordingInfo | undefined,
): string | undefined => {
  if (before?.state === state && before.reason === reason) return undefined;
  if (reason !== undefined) return `Recording: ${reason}`;
  return before?.state === state ? undefined : SENTENCES[state];
};

/** What to tell people about what changed. Those over before one came are no news. */
export const recordingNews = (
  before: readonly RecordingInfo[] | undefined,
  now: readonly RecordingInfo[],
): string[] =>
  now
    .filter(({ state }) => before !== undefined || state === "recording")
    .map((recording) =>
      sentenceFor(
        recording,
        before?.find(({ id }) => id === recording.id),
      ),
    )
    .filter((sentence) => sentence !== undefined);
