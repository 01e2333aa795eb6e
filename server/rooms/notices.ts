/** What a room itself lets be heard: who comes and goes, that one is alone, that it is recorded. */
import type { Tune } from "../../mixer/contract.js";
import type { RecordingInfo } from "../signaling/messages.js";
import type { RoomContext } from "./context.js";
import { newId } from "./ids.js";
import type { SeatState } from "./seats.js";
import type { RoomSounds } from "./types.js";

/** Nobody is recorded without being told; everything else is a matter of taste. */
const AT_FIRST: RoomSounds = {
  join: false,
  leave: false,
  alone: false,
  recording: true,
};

export const soundsOf = (sounds: Partial<RoomSounds> = {}): RoomSounds => ({
  ...AT_FIRST,
  ...sounds,
});

const MUSIC = "alone";

export const play = async (
  { name, host, log }: RoomContext,
  tune: Tune,
  { id = newId() as string, loop = false } = {},
): Promise<boolean> => {
  const source = { kind: "tune", name: tune } as const;
  const how = { playing: true, position: 0, volume: 1, duck: 1 };
  const sound = { id, source, loop, ...how };
  try {
    await host.request("sound.play", { room: name, sound });
    return true;
  } catch (err) {
    log.warn({ err, room: name, tune }, "notice not heard");
    return false;
  }
};

/** Nobody hears it in a room that has no mixer. */
const chime = (room: RoomContext, tune: Tune): void => {
  if (room.host.state() === "open") void play(room, tune);
};

/** Starts the music or stops it, after somebody has come or gone, or the mixer is new. */
export const checkMusic = (room: RoomContext): void => {
  const { notices, seats, options, host, name } = room;
  const people = seats.all().filter(({ kind }) => kind !== "feed");
  const wanted =
    soundsOf(options.sounds).alone && people.length === 1 && !room.closed;
  if (wanted === notices.music) return;
  notices.music = wanted;
  if (!wanted) {
    if (host.state() === "open")
      void host
        .request("sound.stop", { room: name, sound: MUSIC })
        .catch(() => {});
    return;
  }
  void play(room, MUSIC, { id: MUSIC, loop: true }).then((plays) => {
    if (!plays) notices.music = false;
  });
};

export const noticeJoin = (room: RoomContext, seat: SeatState): void => {
  checkMusic(room);
  const isGuest = seat.kind !== "feed" && room.seats.size > 1;
  if (isGuest && soundsOf(room.options.sounds).join) chime(room, "join");
};

export const noticeLeave = (room: RoomContext, seat: SeatState): void => {
  checkMusic(room);
  if (seat.kind !== "feed" && soundsOf(room.options.sounds).leave)
    chime(room, "leave");
};

/** Its tone comes before it. Whoever is still alone when it ends has said all that is kept. */
const noticeMessage = (
  room: RoomContext,
  state: RecordingInfo["state"],
): void => {
  const isOver = state === "stopped" || state === "failed";
  if (isOver && room.seats.size === 1) chime(room, "recording-stopped");
};

/** Once when it begins and once when it ends, however often it is told in between. */
export const noticeRecording = (
  room: RoomContext,
  { id, state, kind }: RecordingInfo,
): void => {
  if (kind === "voicemail") return noticeMessage(room, state);
  const { announced } = room.notices;
  const heard = soundsOf(room.options.sounds).recording;
  if (state === "recording" && !announced.has(id)) {
    announced.add(id);
    if (heard) chime(room, "recording-started");
  }
  const isOver = state === "stopped" || state === "failed";
  if (isOver && announced.delete(id) && heard) chime(room, "recording-stopped");
};
