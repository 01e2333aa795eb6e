/** What the parts of one room share. `room.ts` makes it and is its only owner. */
import type { Logger } from "pino";
import type {
  OverloadLevel,
  ParticipantId,
  RecordingId,
  RoomId,
  RtpForwardId,
  SoundId,
  SubscriptionId,
  SubscriptionQuality,
  ViewLayout,
  ViewName,
  ViewSettings,
} from "../../mixer/contract.js";
import { ConferenceError } from "../errors.js";
import type { Hearing } from "./routing.js";
import type { Host } from "./host.js";
import type { Idle } from "./idle.js";
import type { Chat } from "./chat-history.js";
import type { Lives } from "./live.js";
import type { KeptPerson } from "./kept.js";
import type { FeedState, SoundState } from "./playback.js";
import type { Recordings } from "./recordings.js";
import type { Seats, SeatState } from "./seats.js";
import type { ForwardSession, RoomOptions, RtpSession } from "./types.js";

/** Milliseconds; tests take shorter ones. */
export type RoomTimings = {
  /** How long a seat is kept when its socket drops: a phone that changes from Wi-Fi to its network takes about 10 s. */
  seatMs: number;
  /** How long a WHIP sender may be without media before it leaves; ICE itself recovers within 5 s or not at all. */
  mediaMs: number;
  /** From WHIP's answer to its first packet; ICE gives up after 30 s. */
  connectMs: number;
  /** How long a room that nobody needs stays: a page that is reloaded finds it again. */
  idleMs: number;
  /** How long a request waits for a mixer to come back, which takes one or two seconds. */
  mixerMs: number;
  /** How long a mixer may be at its limit, where it refuses cameras, before joins are refused too. */
  overloadMs: number;
};

export const ROOM_TIMINGS: RoomTimings = {
  seatMs: 15_000,
  mediaMs: 5_000,
  connectMs: 30_000,
  idleMs: 10_000,
  mixerMs: 8_000,
  overloadMs: 5_000,
};

export type Subscription = {
  readonly id: SubscriptionId;
  readonly participant?: ParticipantId;
  readonly socket: boolean;
  /** Unanswered ones wait for the next mixer when theirs dies; the others' media dies with it. */
  answered: boolean;
  view: ViewName;
  /** What it last got, once the mixer has told. */
  quality?: SubscriptionQuality;
};

export type Views = {
  readonly all: Map<ViewName, ViewSettings>;
  /** The last change that was asked for; never rejects. */
  last: Promise<unknown>;
};

/** The message that somebody leaves in an empty room. */
export type Voicemail = {
  /** Who came when nobody was there, and nobody has come since. */
  caller?: ParticipantId;
  /** The tone was heard, or will be. */
  begun?: boolean;
  recording?: RecordingId;
  timer?: NodeJS.Timeout;
};

/** What is still to come of a room that a killed server has left. */
export type Returning = {
  /** It stays once somebody has come back. */
  lasting: boolean;
  /** Who has not come back yet, by the hash of the token. */
  readonly people: Map<string, KeptPerson>;
};

export type RoomContext = {
  readonly name: RoomId;
  /** The main view's part of the options is the view's. */
  options: Omit<RoomOptions, "video" | "layout">;
  readonly views: Views;
  /** Stays when everybody has gone. */
  lasting: boolean;
  closed: boolean;
  readonly seats: Seats;
  readonly host: Host;
  readonly recordings: Recordings;
  readonly lives: Lives;
  readonly idle: Idle;
  readonly hearing: Hearing;
  /** Of whom there is a seat of the kind `feed`. */
  readonly feeds: Map<ParticipantId, FeedState>;
  readonly sounds: Map<SoundId, SoundState>;
  /** Tells moderators, or those of them, what plays now. */
  readonly tellPlaying: (seats?: SeatState[]) => void;
  /** Recordings that people were told of, and whether music plays for whoever is alone. */
  readonly notices: { announced: Set<RecordingId>; music: boolean };
  readonly subscriptions: Map<SubscriptionId, Subscription>;
  /** Plain RTP, as its mixer was told. */
  readonly rtp: Map<ParticipantId, RtpSession>;
  readonly forwards: Map<RtpForwardId, ForwardSession>;
  /** The last tile map of each view. */
  readonly tiles: Map<ViewName, ViewLayout>;
  /** What the mixer gives up to keep in time, and since when. */
  overload: { readonly level: OverloadLevel; readonly since: Date };
  readonly returning: Returning;
  /** Notes what it takes to open it again, after something of that has changed. */
  readonly remember: () => void;
  readonly chat: Chat;
  /** The message that somebody leaves; another one for each caller. */
  voicemail: Voicemail;
  /** How long people have talked in it, in ms, until they last stopped. */
  spoke: number;
  readonly timings: RoomTimings;
  readonly now: () => Date;
  readonly log: Logger;
};

/** Its mixer's room is. */
export const isNeeded = ({
  seats,
  subscriptions,
  recordings,
  lives,
}: RoomContext): boolean =>
  seats.size > 0 ||
  subscriptions.size > 0 ||
  recordings.size > 0 ||
  lives.size > 0;

export const assertOpen = ({ closed, name }: RoomContext): void => {
  if (closed)
    throw new ConferenceError("no-such-room", `Room "${name}" is closed`);
};

/** Also of an empty room: the mixer opens it for this, and it is put away again. */
export const ofMixer = async <Result>(
  room: RoomContext,
  ask: () => Promise<Result>,
): Promise<Result> => {
  assertOpen(room);
  try {
    return await ask();
  } finally {
    room.idle.check();
  }
};

export const seatOf = (
  { seats, name }: RoomContext,
  participant: ParticipantId,
): SeatState => {
  const seat = seats.get(participant);
  if (seat !== undefined) return seat;
  throw new ConferenceError(
    "no-such-participant",
    `There is no participant "${participant}" in room "${name}"`,
  );
};
