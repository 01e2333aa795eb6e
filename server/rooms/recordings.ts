/**
 * The recordings that run in one room: their desired state, and what is told and written down about them.
 * A recording outlives its mixer: what runs is replayed to the next one, which goes on under the same id.
 */
import type {
  RecordingId,
  RecordingResult,
  RecordingStatus,
  ViewName,
} from "../../mixer/contract.js";
import type { RecordingInfo, ServerMessage } from "../signaling/messages.js";
import type { Request } from "../mixers/link.js";
import { newRecordingId } from "./ids.js";
import {
  finish,
  infoOf,
  reasonOf,
  shown,
  SURVIVED,
  type Recording,
} from "./recording.js";
import { pause } from "./recording-pause.js";
import {
  isRunning,
  messageOf,
  notRunning,
  written,
  type RecordingSettings,
  type State,
} from "./recording-state.js";
import { breakOff, drop, fail, isLeft, leave } from "./recording-failure.js";
import { enterInJournal, person } from "./recording-journal.js";
import {
  goOn as goOnWaiting,
  isWaiting,
  noteReturn,
  waiting,
} from "./recording-return.js";
import type { LeftRecording } from "./kept.js";
import type { SeatState } from "./seats.js";
import { createLimitsWatch } from "./recording-limits.js";
import type { PersonEvent } from "./journal.js";
import type { RecordingRequest } from "./types.js";

export type Recordings = {
  /** Starting and finishing ones count: they need the mixer's room. */
  readonly size: number;
  infos(): RecordingInfo[];
  /** Those that would go on after a restart of the server, waiting ones among them. */
  lasting(): Recording[];
  /** Of which views. */
  views(): ViewName[];
  start(options: RecordingRequest): Promise<RecordingInfo>;
  /** Pauses it, or goes on. Throws `no-such-recording` when it is not running. */
  pause(id: RecordingId, paused: boolean): Promise<RecordingInfo>;
  /** Resolves when the file is final; everybody who asks waits for the same end. Throws `no-such-recording`. */
  stop(id: RecordingId): Promise<RecordingInfo>;
  /** Ends all; resolves when every file is final, whatever became of it. */
  stopAll(): Promise<void>;
  /** Somebody is there: what a killed server left goes on. Whether there was any. */
  goOn(): boolean;
  /** Ends those that still wait. */
  giveUp(): void;
  /** Tells a new mixer to go on with what was running. One that it refuses has failed; nothing rejects. */
  resume(request: Request): Promise<void>[];
  /** The mixer tells of one. */
  onStatus(status: RecordingStatus): void;
  /** A new mixer goes on with what was running. */
  onRestored(): void;
  person(event: PersonEvent, seat: SeatState): void;
  /** The last one has left. */
  onEmpty(): void;
  /** Everybody in the room is told this: it belongs to their timelines. */
  told(message: ServerMessage): void;
};

const paramsOf = ({ room }: State, recording: Recording) => {
  const { id, format, view, rendition, tracks, stereo } = recording;
  const paused = recording.state === "paused";
  const what = { format, view, rendition, tracks, stereo };
  return { room, recording: id, ...what, paused };
};

const begin = async (state: State, recording: Recording): Promise<void> => {
  const { room, host, log, onChange } = state;
  await enterInJournal(state, recording);
  try {
    await host.request("recording.start", paramsOf(state, recording));
  } catch (error) {
    recording.note = messageOf(error);
    await fail(state, recording);
    throw error;
  }
  recording.state = "recording";
  state.limitsWatch.add(recording);
  log.info({ room, recording: recording.id }, "recording started");
  onChange(shown(recording));
};

const start = async (
  state: State,
  options: RecordingRequest,
): Promise<RecordingInfo> => {
  const startedAt = state.now();
  let id = newRecordingId(state.room, startedAt);
  while (state.all.has(id)) id = newRecordingId(state.room, startedAt);
  const recording: Recording = {
    view: "main",
    rendition: "high",
    ...state.limits(),
    ...options,
    tracks: options.tracks ?? state.tracks(),
    stereo: state.stereo(),
    id,
    startedAt,
    state: "starting",
    journaled: false,
    begun: Promise.resolve(),
    changed: Promise.resolve(),
  };
  state.all.set(recording.id, recording);
  const beginning = begin(state, recording);
  recording.begun = beginning.catch(() => {});
  await beginning;
  return shown(recording);
};

const end = async (
  state: State,
  recording: Recording,
): Promise<RecordingInfo> => {
  const { room, host, journal, log, onChange } = state;
  // Of one that waited its file tells.
  const askedAt = isWaiting(recording) ? undefined : state.now();
  recording.state = "finishing";
  onChange(shown(recording));
  let result: RecordingResult;
  try {
    result = await finish(host, room, recording);
  } catch (error) {
    recording.note = messageOf(error);
    if (isLeft(error)) leave(state, recording);
    else await fail(state, recording);
    throw error;
  }
  const { id } = recording;
  const reason = reasonOf(recording);
  await written(state, journal.finished(id, result, reason, askedAt));
  log.info({ room, recording: id, ...result }, "recording stopped");
  const info = infoOf(recording, "stopped");
  onChange(info);
  drop(state, recording);
  return info;
};

const stop = async (state: State, id: RecordingId): Promise<RecordingInfo> => {
  const recording = state.all.get(id);
  await recording?.begun;
  await recording?.changed;
  if (recording === undefined || recording.state === "failed")
    throw notRunning(id);
  return (recording.end ??= end(state, recording));
};

const onStatus = (
  state: State,
  { recording: id, ...status }: RecordingStatus,
): void => {
  const recording = state.all.get(id);
  if (recording === undefined || !isRunning(recording)) return;
  if (status.state === "failed") {
    recording.note = status.reason ?? recording.note;
    void breakOff(state, recording);
  } else note(state, recording, status.reason);
};

/** What a running one has survived, for everybody and for the journal. */
const note = (
  { journal, onChange }: State,
  recording: Recording,
  reason = recording.note,
): void => {
  recording.note = reason;
  if (reason !== undefined) journal.noted(recording.id, reason);
  onChange(shown(recording));
};

const running = (state: State): Recording[] =>
  [...state.all.values()].filter(isRunning);

const resume = async (
  state: State,
  recording: Recording,
  request: Request,
): Promise<void> => {
  try {
    await request("recording.start", paramsOf(state, recording));
    noteReturn(state, recording);
  } catch (error) {
    // If this mixer died too, the next one is told again.
    if (state.host.state() !== "open" || !isRunning(recording)) return;
    recording.note = messageOf(error);
    void breakOff(state, recording);
  }
};

const goOn = (state: State): boolean => {
  const { host } = state;
  const left = goOnWaiting(state);
  // One that is opened now, or later, is told of all that run.
  if (host.state() === "open")
    for (const recording of left) void resume(state, recording, host.request);
  return left.length > 0;
};

const giveUp = (state: State): void => {
  for (const recording of [...state.all.values()].filter(isWaiting))
    // The log, and the journal, say what became of it.
    stop(state, recording.id).catch(() => undefined);
};

/** `left`: what a killed server was recording in this room. */
export const createRecordings = (
  settings: RecordingSettings,
  left: readonly LeftRecording[] = [],
): Recordings => {
  const limitsWatch = createLimitsWatch({
    isEmpty: () => settings.seats().length === 0,
    progress: (id) => settings.journal.progress(id),
    onReached: (recording, why) => {
      recording.why = why;
      // Whoever waits for its end is told; the state says what became of it.
      stop(state, recording.id).catch(() => undefined);
    },
  });
  const all = new Map(left.map((one) => [one.id, waiting(one)]));
  const state: State = { ...settings, all, limitsWatch };
  return {
    get size() {
      return state.all.size;
    },
    infos: () => [...state.all.values()].map(shown),
    lasting: () =>
      [...state.all.values()].filter((one) => isRunning(one) || isWaiting(one)),
    views: () => [...state.all.values()].map(({ view }) => view),
    start: (options) => start(state, options),
    pause: (...change) => pause(state, ...change),
    stop: (id) => stop(state, id),
    stopAll: async () => {
      const ids = [...state.all.keys()];
      await Promise.allSettled(ids.map((id) => stop(state, id)));
    },
    goOn: () => goOn(state),
    giveUp: () => giveUp(state),
    resume: (request) =>
      running(state).map((recording) => resume(state, recording, request)),
    onStatus: (status) => onStatus(state, status),
    onRestored: () => {
      // Of a paused one nothing is missing.
      for (const recording of running(state))
        if (recording.state === "recording") note(state, recording, SURVIVED);
    },
    onEmpty: limitsWatch.onEmpty,
    person: (event, seat) => {
      for (const recording of state.all.values())
        if (recording.journaled) person(state, recording, event, seat);
    },
    told: (message) => {
      for (const { id, journaled } of state.all.values())
        if (journaled) state.journal.told(id, message, state.now());
    },
  };
};
