import { capture } from "./capture.js";
import {
  deviceProblem,
  isCuredByPlugging,
  type DeviceKind,
} from "./device-problems.js";

/** One microphone or camera: what is wanted, and what is there. */
export type DeviceSlot = {
  readonly kind: DeviceKind;
  /** "" = the browser's choice. */
  readonly deviceId: string;
  readonly track: MediaStreamTrack | null;
  /** Switched on by its user. */
  readonly wanted: boolean;
  /** Switched on and there. */
  readonly on: boolean;
  /** Why it is not there, for people. */
  readonly problem: string | undefined;
  setOn(on: boolean): Promise<void>;
  choose(deviceId: string): Promise<void>;
  /** Of a microphone: it hears music from now on, or a voice. */
  setMusic(music: boolean): Promise<void>;
  /** Takes over a track that was captured for it, or stops it. */
  offer(track: MediaStreamTrack): void;
  /** A device was plugged in: perhaps the one that was missing. */
  plugged(): void;
  close(): void;
};

type State = {
  readonly kind: DeviceKind;
  readonly onChange: () => void;
  deviceId: string;
  music: boolean;
  wanted: boolean;
  track: MediaStreamTrack | null;
  errorName: string | undefined;
  /** Counts attempts: a track that arrives after a newer attempt began is not wanted any more. */
  attempt: number;
};

const stopTrack = (state: State): void => {
  state.attempt++;
  if (state.track === null) return;
  state.track.onended = null;
  state.track.stop();
  state.track = null;
};

const errorNameOf = (error: unknown): string =>
  error instanceof Error ? error.name : "unknown error";

const adopt = (state: State, track: MediaStreamTrack): void => {
  stopTrack(state);
  track.enabled = state.wanted;
  track.onended = () => {
    state.track = null;
    state.onChange();
    if (state.wanted) void open(state);
  };
  state.track = track;
  state.errorName = undefined;
  state.onChange();
};

const open = async (state: State): Promise<void> => {
  const attempt = ++state.attempt;
  const isCurrent = (): boolean => attempt === state.attempt;
  try {
    const track = await capture(state.kind, state.deviceId, state.music);
    if (isCurrent()) adopt(state, track);
    else track.stop();
  } catch (error) {
    if (!isCurrent()) return;
    state.errorName = errorNameOf(error);
    state.onChange();
  }
};

const setOn = async (state: State, on: boolean): Promise<void> => {
  state.wanted = on;
  if (state.track !== null) state.track.enabled = on;
  if (!on && state.kind === "camera") stopTrack(state);
  state.onChange();
  if (on && state.track === null) await open(state);
};

const choose = async (state: State, deviceId: string): Promise<void> => {
  state.deviceId = deviceId;
  // A phone opens one camera at a time: the old one goes first.
  if (state.kind === "camera") stopTrack(state);
  if (state.wanted || state.kind === "microphone") await open(state);
};

const setMusic = async (state: State, music: boolean): Promise<void> => {
  if (state.music === music) return;
  state.music = music;
  // What is open was opened for the other; one that is not will be right when it is.
  if (state.track !== null) await open(state);
};

/** A track that arrives for a camera which was switched off meanwhile is not used. */
const offer = (state: State, track: MediaStreamTrack): void => {
  if (state.wanted || state.kind === "microphone") adopt(state, track);
  else track.stop();
};

const close = (state: State): void => {
  state.wanted = false;
  stopTrack(state);
};

/**
 * Owns the track of one device. A camera that is off is given back, so that its light goes out; a microphone that is off
 * stays open and silent, so that it is there again at once. A device that goes is replaced if there is another.
 */
export const createDeviceSlot = (
  kind: DeviceKind,
  start: { deviceId: string; wanted: boolean },
  onChange: () => void,
): DeviceSlot => {
  const state: State = {
    kind,
    onChange,
    ...start,
    music: false,
    track: null,
    errorName: undefined,
    attempt: 0,
  };
  return {
    kind,
    get deviceId() {
      return state.track?.getSettings().deviceId ?? state.deviceId;
    },
    get track() {
      return state.track;
    },
    get wanted() {
      return state.wanted;
    },
    get on() {
      return state.wanted && state.track !== null;
    },
    get problem() {
      if (state.errorName === undefined || !state.wanted) return undefined;
      return deviceProblem(kind, state.errorName);
    },
    setOn: (on) => setOn(state, on),
    choose: (deviceId) => choose(state, deviceId),
    setMusic: (music) => setMusic(state, music),
    offer: (track) => offer(state, track),
    plugged: () => {
      const missing = state.wanted && state.track === null;
      if (missing && isCuredByPlugging(state.errorName ?? "")) void open(state);
    },
    close: () => close(state),
  };
};
