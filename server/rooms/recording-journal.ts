/** What the journal is told of a recording and of those in it. */
import type { PersonEvent } from "./journal.js";
import type { Recording } from "./recording.js";
import { written, type State } from "./recording-state.js";
import { infoOf, type SeatState } from "./seats.js";

export const person = (
  { journal, now }: State,
  { id }: Recording,
  event: PersonEvent,
  seat: SeatState,
): void => {
  const { id: participant, name } = seat;
  journal.person(id, { participant, name, at: now(), event });
};

/** First the journal: what a killed server leaves behind is found by it. */
export const enterInJournal = async (
  state: State,
  recording: Recording,
): Promise<void> => {
  const { room, title, journal, seats } = state;
  const { id, format, kind, startedAt } = recording;
  const present = seats().map(infoOf);
  const about = { id, room, title: title(), format, startedAt, present };
  const entry = kind === undefined ? about : { ...about, kind };
  await written(state, journal.started(entry));
  recording.journaled = true;
  for (const seat of seats()) {
    person(state, recording, "joined", seat);
    if (!seat.recorded) person(state, recording, "unrecorded", seat);
  }
};
