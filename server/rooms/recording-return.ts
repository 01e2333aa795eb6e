/** Recordings that a killed server left: they wait for their meeting, and go on with the first who comes back. */
import { infoOf } from "./seats.js";
import type { LeftRecording } from "./kept.js";
import { shown, type Recording } from "./recording.js";
import { person } from "./recording-journal.js";
import { isRunning, written, type State } from "./recording-state.js";

export const KILLED =
  "The server was killed while it was recorded; repaired since";
const RESTARTED = "The server was restarted; up to 2 s may be missing";

/** One that waits. */
export const waiting = ({
  startedAt,
  paused,
  ...left
}: LeftRecording): Recording => ({
  ...left,
  startedAt: new Date(startedAt),
  state: "waiting",
  away: paused ? "paused" : "recording",
  journaled: false,
  note: KILLED,
  begun: Promise.resolve(),
  changed: Promise.resolve(),
});

export const isWaiting = ({ state }: Recording): boolean => state === "waiting";

/** Those that wait run from now on: whichever mixer has the room, or will have it, is to be told. */
export const goOn = ({ all, limitsWatch }: State): Recording[] => {
  const left = [...all.values()].filter(isWaiting);
  for (const recording of left) {
    recording.state = recording.away ?? "recording";
    recording.note = RESTARTED;
    limitsWatch.add(recording);
  }
  return left;
};

const enterAgain = async (
  state: State,
  recording: Recording,
  leftAt: Date,
): Promise<void> => {
  const { room, journal, seats, now, log, onChange } = state;
  const { id, note = RESTARTED } = recording;
  const present = seats().map(infoOf);
  const back = { leftAt, at: now(), present, reason: note };
  await written(state, journal.resumed(id, back));
  recording.journaled = true;
  for (const seat of seats()) {
    person(state, recording, "joined", seat);
    if (!seat.recorded) person(state, recording, "unrecorded", seat);
  }
  log.info({ room, recording: id }, "recording goes on");
  onChange(shown(recording));
};

/** Its mixer has taken it: the journal is told of one that is back, once. */
export const noteReturn = (state: State, recording: Recording): void => {
  const { leftAt } = recording;
  recording.away = undefined;
  recording.leftAt = undefined;
  if (leftAt === undefined || !isRunning(recording)) return;
  recording.begun = enterAgain(state, recording, leftAt);
};
