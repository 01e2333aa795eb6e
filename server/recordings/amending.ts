/** Changes to finished recordings, one at a time each, and who has their files in hand. */
import type { RecordingId } from "../../mixer/contract.js";
import { isRunning, type RecordingEntry } from "./entry.js";
import { look, type State } from "./reading.js";
import { writeSidecar } from "./sidecar.js";

/** Whatever reads a description and writes it again waits for the one before, so that neither undoes the other. */
export const inTurn = <Result>(
  { amending }: State,
  id: RecordingId,
  act: () => Promise<Result>,
): Promise<Result> => {
  const done = (amending.get(id) ?? Promise.resolve()).then(act);
  const end = done.then(
    () => undefined,
    () => undefined,
  );
  amending.set(id, end);
  void end.then(() => {
    if (amending.get(id) === end) amending.delete(id);
  });
  return done;
};

/** Writes down what is now known of a finished one. Of one that runs, or that somebody has deleted, nothing is written. */
export const amend = (
  state: State,
  id: RecordingId,
  change: (entry: RecordingEntry) => RecordingEntry,
): Promise<void> =>
  inTurn(state, id, async () => {
    const entry = await look(state, id);
    if (entry === undefined || isRunning(entry)) return;
    const changed = change(entry);
    const { held } = state;
    if (held.get(id) === undefined)
      return writeSidecar(state.directory, changed);
    // Its end could not be written down yet.
    await held.put(changed);
    held.drop(id);
  });

/** Notes that somebody reads its file, until what it returns is called. */
export const use = ({ uses }: State, id: RecordingId): (() => void) => {
  uses.set(id, (uses.get(id) ?? 0) + 1);
  let ended = false;
  return () => {
    if (ended) return;
    ended = true;
    const left = (uses.get(id) ?? 1) - 1;
    if (left === 0) uses.delete(id);
    else uses.set(id, left);
  };
};
