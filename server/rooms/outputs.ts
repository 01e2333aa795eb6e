/** What leaves a room: its recordings and its live outputs, put together with the room that tells of them. */
import type { Logger } from "pino";
import type { RoomId } from "../../mixer/contract.js";
import { ofMixer, type RoomContext } from "./context.js";
import type { Host } from "./host.js";
import { createLives, type Lives } from "./live.js";
import { noticeRecording } from "./notices.js";
import { createRecordings, type Recordings } from "./recordings.js";
import type { RecordingJournal } from "./journal.js";
import type { RecordingSettings } from "./recording-state.js";
import type { LeftRoom } from "./kept.js";
import type { Room } from "./types.js";
import { assertView, MAIN, settingsOf } from "./views.js";

type Parts = {
  name: RoomId;
  journal: RecordingJournal;
  now(): Date;
  log: Logger;
  room: () => RoomContext;
  /** What a killed server has left of it. */
  left?: LeftRoom;
};

export const makeRecordings = (
  { name, journal, now, log, room, left }: Parts,
  host: Host,
): Recordings => {
  const settings: RecordingSettings = {
    ...{ room: name, host, journal, now, log },
    title: () => room().options.title,
    limits: () => room().options.recordingLimits ?? {},
    stereo: () => room().options.stereo,
    tracks: () => room().options.tracks ?? "none",
    seats: () => room().seats.all(),
    onChange: (recording) => {
      room().seats.tell({ type: "recording", recording });
      noticeRecording(room(), recording);
      room().remember();
    },
    onNone: () => room().idle.check(),
  };
  return createRecordings(settings, left?.recordings);
};

export const makeLives = ({ name, now, log, room }: Parts, host: Host): Lives =>
  createLives({
    room: name,
    host,
    now,
    log,
    onChange: (infoFor) => {
      for (const { role, listener } of room().seats.all())
        listener?.({ type: "live", live: infoFor(role) });
    },
    onNone: () => room().idle.check(),
  });

/** What a room does with what leaves it. */
export const outputsOf = (room: RoomContext) => {
  const { recordings, lives } = room;
  return {
    recordings: () => recordings.infos(),
    startRecording: (options) =>
      ofMixer(room, async () => {
        assertView(room, options.view ?? MAIN);
        return recordings.start(options);
      }),
    pauseRecording: (...change) => recordings.pause(...change),
    stopRecording: (recording) => recordings.stop(recording),
    warnOfRecording: (recording) => {
      for (const { role, listener } of room.seats.all())
        if (role === "moderator") listener?.({ type: "recording", recording });
    },
    lives,
    startLive: (request) =>
      ofMixer(room, async () => {
        settingsOf(room, request.view);
        return lives.start(request);
      }),
  } satisfies Partial<Room>;
};
