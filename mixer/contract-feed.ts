/** What the server and a mixer say of media that comes from files and addresses; part of `contract.ts`. Plain data. */
import type { ParticipantId } from "./contract-picture.js";

export type SoundId = string;

/** What is made by the mixer itself, of a few tones. */
export type Tune =
  | "join"
  | "leave"
  | "alone"
  | "recording-started"
  | "recording-stopped"
  | "voicemail";

/**
 * Where it comes from. Files are named as in a folder of the mixer's machine: `media` as TUTTI_MEDIA has it, `recording`
 * and `upload` below that of recordings. An address has been allowed by the server. A push is read as FLV from a Unix
 * socket of the server, which has it while somebody pushes.
 */
export type MediaSource =
  | { kind: "media"; name: string }
  | { kind: "recording"; name: string }
  | { kind: "upload"; name: string }
  | { kind: "url"; url: string }
  | { kind: "push"; socket: string }
  | { kind: "tune"; name: Tune };

/** How it is to play. Seconds. */
export type Playback = { playing: boolean; position: number; loop: boolean };

export type PlaybackState =
  "connecting" | "playing" | "paused" | "ended" | "failed";

/** What plays, at the moment when this is told; `position` goes on by itself while it is `playing`. */
export type PlaybackStatus = {
  state: PlaybackState;
  position: number;
  /** Seconds; absent while it is unknown and of what has no end. */
  duration?: number;
  /** Whether there is a picture; absent while it is unknown. */
  video?: boolean;
  /** A sentence for people: why it does not play. */
  reason?: string;
};

export type SoundMedia = Playback & {
  id: SoundId;
  source: MediaSource;
  /** Who alone hears it; absent = everybody. */
  participant?: ParticipantId;
  /** Linear gain, 0 to 4. */
  volume: number;
  /** Linear gain of all voices while it plays, 0 to 1; 1 leaves them alone. */
  duck: number;
};

export type SoundChange = Partial<
  Playback & Pick<SoundMedia, "volume" | "duck">
>;

/** What a file turned out to be. */
export type MediaFacts = { duration?: number; audio: boolean; video: boolean };

type InRoom = { room: string };

export type FeedRequests = {
  /**
   * Feeds a participant who was added. A file is answered when it plays or cannot (`bad-request`, `not-found`), an address
   * at once. One that is there already stays.
   */
  "feed.open": {
    params: InRoom & {
      participant: ParticipantId;
      source: MediaSource;
    } & Playback;
    result: PlaybackStatus;
  };
  "feed.set": {
    params: InRoom & {
      participant: ParticipantId;
      change: Partial<Playback>;
    };
    result: PlaybackStatus;
  };
  /** Answered like `feed.open`. */
  "sound.play": {
    params: InRoom & { sound: SoundMedia };
    result: PlaybackStatus;
  };
  "sound.set": {
    params: InRoom & { sound: SoundId; change: SoundChange };
    result: PlaybackStatus;
  };
  /** An unknown one is nothing. */
  "sound.stop": { params: InRoom & { sound: SoundId }; result: null };
  /** Looks into a file; needs no room. Fails with `bad-request` where there is neither sound nor picture. */
  "media.inspect": { params: { source: MediaSource }; result: MediaFacts };
};

export type FeedEvents = {
  /** Whenever the state changes. */
  feed: InRoom & { participant: ParticipantId; status: PlaybackStatus };
  sound: InRoom & { sound: SoundId; status: PlaybackStatus };
};
