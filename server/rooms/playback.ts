/** How far something is that plays in a mixer, which tells only when its state changes. Pure. */
import type {
  MediaSource,
  ParticipantId,
  Playback,
  PlaybackState,
  PlaybackStatus,
  SoundMedia,
} from "../../mixer/contract.js";
import type { SourceInfo } from "../infos.js";
import type { Push } from "../rtmp/pushes.js";

/** `source` for the mixer, `shown` for people. */
export type AskedSource = { source: MediaSource; shown: SourceInfo };

/** What the mixer told last, and when. */
export type Told = { status: PlaybackStatus; at: Date };

/** Of a feed that an encoder sends. */
type Pushed = { push?: Pick<Push, "live" | "watch" | "close"> };

export type FeedState = AskedSource &
  Pushed & {
    playing: boolean;
    loop: boolean;
    told: Told;
  };

export type FeedRequest = AskedSource &
  Pushed &
  Playback & { name: string; volume: number };

export type FeedChange = Partial<Playback & { volume: number }>;

export type FeedInfo = SourceInfo &
  Omit<PlaybackStatus, "video" | "state"> & {
    /** `waiting`: for somebody to push. */
    state: PlaybackState | "waiting";
    /** Of the participant that it is. */
    id: ParticipantId;
    name: string;
    loop: boolean;
    volume: number;
  };

export type SoundState = AskedSource & {
  media: SoundMedia;
  /** As it was asked for, dB. */
  duck: number;
  told: Told;
};

export type SoundRequest = AskedSource &
  Playback & {
    participant?: ParticipantId;
    volume: number;
    /** By how much voices are lowered meanwhile, dB. */
    duck: number;
  };

export type SoundChange = Partial<
  Playback & Pick<SoundRequest, "volume" | "duck">
>;

export type SoundInfo = SourceInfo &
  Omit<PlaybackStatus, "video"> &
  Pick<SoundMedia, "id" | "participant" | "loop" | "volume"> & {
    duck: number;
  };

/** Seconds into the source. */
export const positionOf = (
  { status, at }: Told,
  loop: boolean,
  now: Date,
): number => {
  const { state, position, duration } = status;
  if (state !== "playing") return position;
  const reached = position + Math.max(0, now.getTime() - at.getTime()) / 1000;
  if (duration === undefined || reached <= duration) return reached;
  return loop && duration > 0 ? reached % duration : duration;
};

/** Its mixer is gone: it stands where it was until the next one goes on with it. */
export const frozen = (told: Told, loop: boolean, now: Date): Told => ({
  at: now,
  status: {
    ...told.status,
    state: told.status.state === "failed" ? "failed" : "connecting",
    position: positionOf(told, loop, now),
    reason: "The mixer is being restarted",
  },
});

const rounded = (seconds: number): number => Math.round(seconds * 1000) / 1000;

export const shownStatus = (
  told: Told,
  loop: boolean,
  now: Date,
): PlaybackStatus => {
  const { state, duration, reason } = told.status;
  return {
    state,
    position: rounded(positionOf(told, loop, now)),
    ...(duration === undefined ? {} : { duration: rounded(duration) }),
    ...(reason === undefined ? {} : { reason }),
  };
};
