/** The fake mixer's recordings: names of what is recorded. */
import type { Failure, Requests } from "../../mixer/contract.js";

type Place = { recordings: Record<string, string> };
type Names =
  | "recording.start"
  | "recording.pause"
  | "recording.resume"
  | "recording.stop"
  | "recording.repair"
  | "recording.preview"
  | "recording.check";

/** `silent` is answered where no answer is to come. */
export const recordingHandlers = (
  inRoom: (room: string) => Place,
  refuse: (code: Failure["code"], message: string) => never,
  silent: symbol,
): { [Name in Names]: (params: Requests[Name]["params"]) => unknown } => ({
  "recording.start": ({ room, recording, view, paused }) => {
    if (process.env["FAKE_NO_RECORDING"] !== undefined)
      refuse("failed", "The disk is full");
    inRoom(room).recordings[recording] = paused ? `${view} (paused)` : view;
  },
  "recording.pause": ({ room, recording }) => {
    if (process.env["FAKE_NO_PAUSE"] !== undefined)
      refuse("failed", "It cannot be paused");
    inRoom(room).recordings[recording] += " (paused)";
  },
  "recording.resume": ({ room, recording }) => {
    const all = inRoom(room).recordings;
    all[recording] = all[recording]!.replace(" (paused)", "");
  },
  "recording.stop": ({ room, recording }) => {
    const all = inRoom(room).recordings;
    if (!(recording in all)) refuse("not-found", "no such recording");
    if (process.env["FAKE_SLOW_STOP"] !== undefined) return silent;
    Reflect.deleteProperty(all, recording);
    return { duration: 2, size: 1000, file: `${recording}.mp4` };
  },
  "recording.repair": ({ recording }) => ({
    duration: 1,
    size: 500,
    file: `${recording}.mp4`,
  }),
  "recording.preview": () => null,
  "recording.check": () => ({
    ...{ duration: 2, decodes: true, problems: [] },
    ...{ gaps: [], black: [], silence: [] },
  }),
});
