/** What a recording can be written as, for people. Pure. */
import type { RecordingFormat, RecordingInfo } from "../sdk/index.js";

export const FORMATS: readonly {
  format: RecordingFormat;
  label: string;
  note: string;
  picture: boolean;
}[] = [
  {
    format: "mp4",
    label: "Picture and sound",
    note: "MP4, plays everywhere",
    picture: true,
  },
  {
    format: "webm",
    label: "Picture and sound, open",
    note: "WebM",
    picture: true,
  },
  {
    format: "m4a",
    label: "Sound only",
    note: "M4A, plays everywhere",
    picture: false,
  },
  {
    format: "opus",
    label: "Sound only, smallest",
    note: "Opus",
    picture: false,
  },
  {
    format: "flac",
    label: "Sound only, lossless",
    note: "FLAC",
    picture: false,
  },
  {
    format: "wav",
    label: "Sound only, to edit",
    note: "WAV, large",
    picture: false,
  },
];

const hasPicture = ({ format }: RecordingInfo): boolean =>
  FORMATS.find((one) => one.format === format)?.picture !== false;

/** What everybody is shown of those that run. `recorded`: whether one is in them oneself. */
export const recordingSign = (
  running: readonly RecordingInfo[],
  paused: boolean,
  recorded = true,
): string => {
  if (paused) return "Recording paused";
  const what = running.some(hasPicture) ? "Recording" : "Recording sound";
  return recorded ? what : `${what}, without you`;
};
