/** What the call's recordings mean for the page. Pure. */
import type { RecordingInfo } from "../sdk/index.js";

export type RecordingView = {
  /** It is a message for those who are not there. */
  message: boolean;
  /** Everybody is shown that it runs, or stands still and will go on. */
  running: boolean;
  /** Nothing is recorded now. */
  paused: boolean;
  /** The file is being finished. */
  finishing: boolean;
};

const isRunning = ({ state }: RecordingInfo): boolean =>
  state === "recording" || state === "paused";

/** Those that run, or stand still and will go on. */
export const runningOf = (
  recordings: readonly RecordingInfo[],
): RecordingInfo[] => recordings.filter(isRunning);

export const viewRecordings = (
  recordings: readonly RecordingInfo[],
): RecordingView => ({
  message: recordings.some(
    (recording) => recording.kind === "voicemail" && isRunning(recording),
  ),
  running: recordings.some(isRunning),
  paused:
    recordings.some(({ state }) => state === "paused") &&
    !recordings.some(({ state }) => state === "recording"),
  finishing: recordings.some(({ state }) => state === "finishing"),
});

const SENTENCES = {
  recording: "This call is being recorded.",
  paused: "The recording is paused.",
  finishing: undefined,
  stopped: "The recording has ended.",
  failed: "The recording has failed.",
} as const satisfies Record<RecordingInfo["state"], string | undefined>;

const OF_MESSAGES = {
  recording:
    "Nobody is here. Leave a message: it is recorded for a minute at most.",
  paused: undefined,
  finishing: undefined,
  stopped: "Your message has been kept.",
  failed: "Your message could not be kept.",
} as const satisfies Record<RecordingInfo["state"], string | undefined>;

const sentenceFor = (
  { state, reason, kind }: RecordingInfo,
  before: RecordingInfo | undefined,
): string | undefined => {
  if (before?.state === state && before.reason === reason) return undefined;
  if (kind === "voicemail")
    return before?.state === state ? undefined : OF_MESSAGES[state];
  if (reason !== undefined && reason !== before?.reason)
    return `Recording: ${reason}`;
  if (before?.state === "paused" && state === "recording")
    return "The recording goes on.";
  return before?.state === state ? undefined : SENTENCES[state];
};

/** What to tell people about what changed. Those over before one came are no news. */
export const recordingNews = (
  before: readonly RecordingInfo[] | undefined,
  now: readonly RecordingInfo[],
): string[] =>
  now
    .filter((recording) => before !== undefined || isRunning(recording))
    .map((recording) =>
      sentenceFor(
        recording,
        before?.find(({ id }) => id === recording.id),
      ),
    )
    .filter((sentence) => sentence !== undefined);
