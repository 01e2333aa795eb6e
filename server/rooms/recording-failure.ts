/** How a recording ends that does not end well. */
import type { RecordingResult } from "../../mixer/contract.js";
import { ConferenceError } from "../errors.js";
import { repair, shown, type Recording } from "./recording.js";
import { written, type State } from "./recording-state.js";

export const drop = (state: State, recording: Recording): void => {
  state.limitsWatch.remove(recording);
  state.all.delete(recording.id);
  if (state.all.size === 0) state.onNone();
};

export const fail = async (
  state: State,
  recording: Recording,
  result?: RecordingResult,
): Promise<void> => {
  const { room, log, journal, onChange } = state;
  const { id, note = "The recording broke off" } = recording;
  recording.state = "failed";
  log.error({ room, recording: id, reason: note }, "recording failed");
  onChange(shown(recording));
  await written(state, journal.failed(id, note, result));
  drop(state, recording);
};

/** Its file is not final, but may become so: the journal goes on calling it unfinished, and the next start repairs it. */
export const isLeft = (error: unknown): boolean =>
  error instanceof ConferenceError &&
  (error.code === "overloaded" || error.code === "shutting-down");

export const leave = (state: State, recording: Recording): void => {
  const { room, log, onChange } = state;
  recording.state = "failed";
  log.error({ room, recording: recording.id }, "recording left unfinished");
  onChange(shown(recording));
  drop(state, recording);
};

/** What was written is kept, and made playable if that is possible. */
export const breakOff = async (
  state: State,
  recording: Recording,
): Promise<void> => {
  recording.state = "failed";
  const result = await repair(state.host, recording).catch(() => undefined);
  await fail(state, recording, result);
};
