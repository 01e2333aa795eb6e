/** Pausing and resuming a recording of a room. */
import type { RecordingId } from "../../mixer/contract.js";
import { ConferenceError } from "../errors.js";
import type { RecordingInfo } from "../signaling/messages.js";
import { shown, type Recording } from "./recording.js";
import { isWaiting } from "./recording-return.js";
import {
  isRunning,
  notRunning,
  written,
  type State,
} from "./recording-state.js";

/** The wish comes first: a mixer that dies meanwhile is followed by one that is told so from the start. */
const change = async (
  state: State,
  recording: Recording,
  paused: boolean,
): Promise<RecordingInfo> => {
  const { room, host, log, journal, onChange } = state;
  const { id } = recording;
  if (!isRunning(recording)) throw notRunning(id);
  const before = recording.state;
  const after = paused ? "paused" : "recording";
  if (before === after) return shown(recording);
  recording.state = after;
  const name = paused ? "recording.pause" : "recording.resume";
  try {
    if (host.state() === "open")
      await host.request(name, { room, recording: id });
  } catch (error) {
    if (host.state() === "open") {
      if (recording.state === after) recording.state = before;
      throw error;
    }
  }
  if (recording.state !== after) throw notRunning(id);
  log.info({ room, recording: id, paused }, "recording paused or resumed");
  await written(state, journal.paused(id, paused));
  onChange(shown(recording));
  return shown(recording);
};

/** One change at a time, in the order in which they are asked for. Throws `no-such-recording`. */
export const pause = async (
  state: State,
  id: RecordingId,
  paused: boolean,
): Promise<RecordingInfo> => {
  const recording = state.all.get(id);
  if (recording === undefined) throw notRunning(id);
  if (isWaiting(recording))
    throw new ConferenceError(
      "conflict",
      `"${id}" waits: nobody has come back yet`,
    );
  await recording.begun;
  const changing = recording.changed.then(() =>
    change(state, recording, paused),
  );
  recording.changed = changing.catch(() => {});
  return changing;
};
