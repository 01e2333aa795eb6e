/** What clients are told of people and things in a room. */
import type { RecordingFormat } from "../mixer/contract.js";
import type { RecordingLimits, RoomSounds } from "./options.js";

export type Role = "moderator" | "participant";

/** A participant as everybody in the room sees it. */
export type ParticipantInfo = {
  id: string;
  name: string;
  role: Role;
  muted: boolean;
  camera: boolean;
  sharing: boolean;
  /** Hears nothing. */
  deaf: boolean;
  /** On hold: neither heard, hearing nor seen. */
  held: boolean;
  /** What it sends is music: its level is left alone. */
  music: boolean;
  /** Noise is taken out of its voice. */
  denoise: boolean;
  /** Where it is heard in a stereo room, -1 (left) to 1; or with `spread` where its tile is. */
  pan: number;
  spread: boolean;
  /** At which everybody hears it; 1 changes nothing. */
  gain: number;
  /** False: neither its voice nor its picture is in any recording. True if absent. */
  recorded?: boolean;
  talking: boolean;
  /** For how long it has talked, in seconds, until it last stopped. */
  spoke: number;
  /** `away`: its socket dropped and its seat is kept for a while. */
  state: "present" | "away";
};

/** A message for those who were not there. */
export type RecordingKind = "voicemail";

export type RecordingInfo = {
  id: string;
  /** Absent for what is recorded of a meeting. */
  kind?: RecordingKind;
  /** `failed` says why in `reason`; a `recording` one may carry a reason too, when it survived something. */
  state: "recording" | "paused" | "finishing" | "stopped" | "failed";
  format: RecordingFormat;
  /** ISO 8601. */
  startedAt: string;
  reason?: string;
};

/** What of a room's options everybody in it is told. */
export type OptionsInfo = {
  title: string;
  /** Whoever takes a seat is muted at first. */
  muteOnEntry: boolean;
  /** Voices are brought to the same loudness, but for those in music mode. */
  agc: boolean;
  /** Two channels: voices have places. */
  stereo: boolean;
  /** Only so many voices are heard at a time, the loudest; 0 is all. */
  loudest: number;
  /** What the room itself lets be heard. */
  sounds: RoomSounds;
  /** Recorded as long as somebody is there. */
  record: boolean;
  /** Of recordings that say nothing else. */
  recordingLimits: RecordingLimits;
};

export type ChatMessage = {
  /** Who wrote it, perhaps long gone, and the name at that time. */
  from: string;
  name: string;
  text: string;
  /** ISO 8601. */
  at: string;
};

/** Something that leaves the room for an audience. Reason and target (without its key) are told to moderators alone. */
export type LiveInfo = {
  id: string;
  kind: "hls" | "push";
  /** `retrying`: the other side is gone, and will be tried again. */
  state: "connecting" | "live" | "retrying" | "failed" | "stopped";
  /** ISO 8601. */
  startedAt: string;
  reason?: string;
  target?: string;
};

/** What was asked to play: one of these. An address is without its password; that of a push, which has a key besides, is where it goes to. */
export type SourceInfo = {
  push?: "rtmp";
  key?: string;
  url?: string;
  file?: string;
  recording?: string;
  upload?: string;
};

/** Something that is played into the room, as a sound or as a participant, which then has its id. */
export type PlayedInfo = SourceInfo & {
  id: string;
  kind: "sound" | "feed";
  /** `waiting`: nobody pushes now. */
  state: "waiting" | "connecting" | "playing" | "paused" | "ended" | "failed";
  /** Seconds; of what plays, when this was told. */
  position: number;
  /** Seconds; absent while unknown and of what has no end. */
  duration?: number;
  /** Why it does not play. */
  reason?: string;
  loop: boolean;
  volume: number;
  /** Who alone hears this sound. */
  participant?: string;
  /** By how much this sound lowers voices, dB. */
  duck?: number;
};

/** What there is to be played, and to where the room may be sent. */
export type PlayableInfo = {
  /** Names in the configured folder. */
  files: string[];
  uploads: { id: string; name: string; duration?: number }[];
  /** Of this room, the newest first. */
  recordings: { id: string; startedAt: string; duration?: number }[];
  /** Hosts from which feeds may come, as they are configured. */
  feedHosts: string[];
  /** Whether the room may be pushed to some server. */
  pushes: boolean;
  /** Whether encoders may push into it, by RTMP. */
  encoders: boolean;
};

/** What is special about whom one hears and by whom one is heard. */
export type HearingInfo = {
  /** The name of one's group, the only people whom one hears; null for none. */
  group: string | null;
  /** The others with whom one whispers; null outside of any sidebar. */
  sidebar: string[] | null;
  /** One is not heard but by those who are there too. */
  greenRoom: boolean;
  /** The channel on which one interprets. */
  interprets: string | null;
  /** Who alone hears one, as their coach; none: one is no coach. */
  coaches: string[];
  /** Whom one alone hears, since they coach one. */
  coachedBy: string[];
};
