/**
 * A message for those who are not there: who comes into an empty room that takes messages hears a tone, and then the sound
 * is recorded, for a minute at most, until the caller leaves or somebody else comes. One message a caller.
 */
import type { RoomContext, Voicemail } from "./context.js";
import { play } from "./notices.js";
import type { SeatState } from "./seats.js";

/** Seconds, as answering machines have it. */
const LONGEST = 60;
/** Milliseconds from the first packet of the caller: by then it also hears the room. */
const BEFORE_TONE = 700;
/** That long is the tone; it is not part of the message. */
const TONE = 700;

const isPerson = ({ kind }: SeatState): boolean => kind !== "feed";

const record = async (room: RoomContext, of: Voicemail): Promise<void> => {
  const { recordings, log, name } = room;
  try {
    const { id } = await recordings.start({
      ...{ format: "m4a", kind: "voicemail", maxDuration: LONGEST },
    });
    of.recording = id;
    // Somebody came, or the caller went, while it started.
    if (room.voicemail !== of) await recordings.stop(id);
  } catch (err) {
    log.warn({ err, room: name }, "message not recorded");
  }
};

/** The caller's media is there. Does nothing for anybody else, nor a second time. */
export const onCallerHeard = (room: RoomContext, { id }: SeatState): void => {
  const of = room.voicemail;
  if (of.caller !== id || of.begun || room.closed) return;
  of.begun = true;
  of.timer = setTimeout(() => {
    void play(room, "voicemail");
    of.timer = setTimeout(() => void record(room, of), TONE);
  }, BEFORE_TONE);
};

/** Ends the message, if there is one; what was said is kept. */
export const endVoicemail = (room: RoomContext): void => {
  const { recording, timer } = room.voicemail;
  clearTimeout(timer);
  room.voicemail = {};
  // Whoever waits for its end is told; the state says what became of it.
  if (recording !== undefined)
    room.recordings.stop(recording).catch(() => undefined);
};

/** Somebody has taken a seat. */
export const onComing = (room: RoomContext, seat: SeatState): void => {
  if (!isPerson(seat)) return;
  const { options, seats } = room;
  const others = seats.all().filter((one) => isPerson(one) && one !== seat);
  if (others.length > 0) endVoicemail(room);
  // What is recorded anyway needs no message.
  else if (
    options.voicemail === true &&
    !options.record &&
    room.recordings.size === 0
  )
    room.voicemail = { caller: seat.id };
};

/** Somebody has left. */
export const onGoing = (room: RoomContext, seat: SeatState): void => {
  if (room.voicemail.caller === seat.id) endVoicemail(room);
};
