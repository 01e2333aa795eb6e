/**
 * One push: the shared encode and the sound, sent to a server that may go away and come back. The caller never waits and
 * never sees an exception: what cannot be sent is dropped and counted, and the status says why.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { LiveCounters, LiveStatus } from "../../contract-live.js";
import type { FfmpegEnd } from "../../ffmpeg.js";
import type { EncodedUnit, Micros } from "../../media.js";
import { PICTURE_CODECS, type Pictures } from "../codecs.js";
import {
  createStitch,
  type AudioFormat,
  type Stitch,
  type VideoFormat,
} from "../stitch.js";
import { createBackOff } from "./back-off.js";
import { startSender, type Sender } from "./sender.js";
import { pushTarget, type PushTarget } from "./target.js";

export type PushOptions = {
  /** Throws a TypeError for one that cannot be used. */
  url: string;
  video: VideoFormat;
  audio: AudioFormat;
  onStatus(status: Pick<LiveStatus, "state" | "reason">): void;
  requestKey(): void;
};

export type Push = {
  /** H.264, Annex B, SPS and PPS before each IDR picture. */
  writeVideo(unit: EncodedUnit): void;
  /** AAC, raw. */
  writeAudio(unit: EncodedUnit): void;
  /** Resolves when neither a process nor a timer is left. Idempotent. */
  close(): Promise<void>;
  readonly counters: LiveCounters;
};

/** Servers cut what they pass on at key frames, most of them want one every 2 s. */
const KEY_EVERY: Micros = 2_000_000;

type Open = { sender: Sender; stitch: Stitch; start: Micros };

type Phase =
  /** The next key frame opens a connection. */
  | { is: "waiting" }
  | { is: "sending"; open: Open }
  /** The connection is behind; a key frame after it has caught up goes on. */
  | { is: "skipping"; open: Open }
  /** Until the next attempt. */
  | { is: "resting" }
  | { is: "ended" };

type State = PushOptions & {
  readonly target: PushTarget;
  readonly counters: LiveCounters;
  readonly backOff: ReturnType<typeof createBackOff>;
  readonly abort: AbortController;
  phase: Phase;
  keyAt: Micros;
  /** The end of what was opened last; never rejects. */
  closing: Promise<void>;
  /** Of connections that are over. */
  bytesBefore: number;
};

const openOf = (phase: Phase): Open | undefined =>
  phase.is === "sending" || phase.is === "skipping" ? phase.open : undefined;

const drop = (state: State): void => {
  if (state.phase.is === "skipping") state.counters.dropped++;
};

const putVideo = (state: State, open: Open, unit: EncodedUnit): void => {
  if (unit.key) state.keyAt = unit.pts;
  else if (unit.pts - state.keyAt >= KEY_EVERY - ONE_PICTURE)
    state.requestKey();
  const time = unit.pts - open.start;
  for (const bytes of open.stitch.video(unit.data, unit.key, time))
    open.sender.write(bytes);
};

/** The one that is asked for comes a picture later. */
const ONE_PICTURE: Micros = 20_000;

const open = (state: State, unit: EncodedUnit, pictures: Pictures): void => {
  const { video, audio, target, counters } = state;
  const stitch = createStitch(audio, { format: video, pictures });
  const sender = startSender(target, {
    onLive: () => {
      if (openOf(state.phase)?.sender !== sender) return;
      state.backOff.live(performance.now());
      state.onStatus({ state: "live" });
    },
    onBytes: (bytes) => {
      counters.bytes = state.bytesBefore + bytes;
    },
  });
  const opened = { sender, stitch, start: unit.pts };
  state.phase = { is: "sending", open: opened };
  sender.write(stitch.head);
  putVideo(state, opened, unit);
  void sender.ended.then((end) => {
    if (openOf(state.phase) === opened) state.closing = retry(state, end);
  });
};

/** The last thing that ffmpeg said of it: `rtmp://host/: Connection refused`. */
const reasonOf = ({ ok, errors, message }: FfmpegEnd): string => {
  if (ok) return "The other side has ended the connection";
  const said = errors.split("\n").filter((line) => line.trim() !== "");
  return said.at(-1)?.trim() ?? message;
};

const retry = async (state: State, end: FfmpegEnd): Promise<void> => {
  const wait = state.backOff.broke(performance.now());
  state.phase = { is: "resting" };
  state.bytesBefore = state.counters.bytes;
  state.counters.reconnects++;
  const seconds = wait / 1_000;
  const reason = `${reasonOf(end)}; tried again in ${seconds} s`;
  state.onStatus({ state: "retrying", reason });
  try {
    await delay(wait, undefined, { signal: state.abort.signal });
  } catch {
    return;
  }
  state.phase = { is: "waiting" };
  state.requestKey();
};

const skip = (state: State, opened: Open): void => {
  state.phase = { is: "skipping", open: opened };
  drop(state);
};

const writeVideo = (state: State, unit: EncodedUnit): void => {
  const { phase } = state;
  if (phase.is === "waiting") {
    const pictures = unit.key ? PICTURE_CODECS.h264(unit.data) : undefined;
    if (pictures === undefined) state.requestKey();
    else open(state, unit, pictures);
  } else if (phase.is === "sending") {
    if (phase.open.sender.full()) skip(state, phase.open);
    else putVideo(state, phase.open, unit);
  } else if (phase.is === "skipping") {
    const drained = phase.open.sender.drained();
    if (drained && unit.key) {
      state.phase = { is: "sending", open: phase.open };
      return putVideo(state, phase.open, unit);
    }
    if (drained) state.requestKey();
    drop(state);
  }
};

const writeAudio = (state: State, unit: EncodedUnit): void => {
  const { phase } = state;
  if (phase.is === "skipping") drop(state);
  if (phase.is !== "sending" || unit.pts < phase.open.start) return;
  const { sender, stitch, start } = phase.open;
  for (const bytes of stitch.audio(unit.data, unit.pts - start))
    sender.write(bytes);
};

/** An error here is a bug or a broken unit; it costs this output, never the room. */
const guarded =
  (
    state: State,
    write: (state: State, unit: EncodedUnit) => void,
  ): ((unit: EncodedUnit) => void) =>
  (unit) => {
    try {
      write(state, unit);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      void close(state);
      state.onStatus({ state: "failed", reason });
    }
  };

const close = async (state: State): Promise<void> => {
  const opened = openOf(state.phase);
  state.phase = { is: "ended" };
  state.abort.abort();
  await state.closing;
  await opened?.sender.close();
};

export const createPush = (options: PushOptions): Push => {
  const state: State = {
    ...options,
    target: pushTarget(options.url),
    counters: { bytes: 0, dropped: 0, reconnects: 0 },
    backOff: createBackOff(),
    abort: new AbortController(),
    phase: { is: "waiting" },
    keyAt: 0,
    closing: Promise.resolve(),
    bytesBefore: 0,
  };
  let closing: Promise<void> | undefined;
  options.onStatus({ state: "connecting" });
  options.requestKey();
  return {
    writeVideo: guarded(state, writeVideo),
    writeAudio: guarded(state, writeAudio),
    close: () => (closing ??= close(state)),
    counters: state.counters,
  };
};
