/** What the edges (HTTP, signaling) may ask of rooms. `room.ts` and `directory.ts` keep these promises. */
import type {
  LayoutChoice,
  OverloadLevel,
  ParticipantId,
  RecordingFormat,
  RecordingId,
  RenditionName,
  RoomId,
  RtpForward,
  RtpForwardId,
  RtpPeerOptions,
  RtpPlace,
  RtpStats,
  RungName,
  SoundId,
  SourceKind,
  SubscriptionId,
  SubscriptionQuality,
  TrackKind,
  VideoOptions,
  ViewLayout,
  ViewName,
  ViewSettings,
} from "../../mixer/contract.js";
import type { OptionsInfo, RecordingKind } from "../infos.js";
import type { RecordingLimits, RoomSounds } from "../options.js";
import type { RoutingForms } from "../routing.js";
import type {
  ChatMessage,
  CloseReason,
  ParticipantInfo,
  RecordingInfo,
  Role,
  ServerMessage,
} from "../signaling/messages.js";
import type {
  FeedChange,
  FeedInfo,
  FeedRequest,
  SoundChange,
  SoundInfo,
  SoundRequest,
} from "./playback.js";
import type { LeftRoom } from "./kept.js";
import type { LiveDetail, LiveRequest, Lives } from "./live.js";

export type RoomOptions = {
  title: string;
  /** Asked of whoever joins; never shown to clients. */
  pin?: string;
  maxParticipants: number;
  /** Of the main view. */
  video: VideoOptions;
  layout: LayoutChoice;
  /** Record as long as somebody is there. */
  record: boolean;
  /** What recordings that say nothing else keep of each participant alone; nothing if absent. */
  tracks?: TrackKind;
  /** When recordings that say nothing else end by themselves. */
  recordingLimits?: RecordingLimits;
  /** Who comes when nobody is there can leave a message. */
  voicemail?: boolean;
  /** Whoever takes a seat is muted at first, and may unmute. */
  muteOnEntry: boolean;
  /** Voices are brought to the same loudness, but for those in music mode. */
  agc: boolean;
  /** Two channels: voices have places, and music keeps both of its. */
  stereo: boolean;
  /** Only so many voices are heard at a time, the loudest; 0 is all. */
  loudest: number;
  /** What is not said is as at first: only recordings are heard of. */
  sounds?: Partial<RoomSounds>;
};

/** Receives what a participant is told. Absent while the participant has no socket. */
export type Listener = (message: ServerMessage) => void;

export type Seat = {
  readonly participant: ParticipantId;
  /** Resumes the seat; authorises what this participant alone may do. */
  readonly token: string;
  readonly resumed: boolean;
};

export type JoinRequest = {
  name: string;
  muted: boolean;
  camera: boolean;
  role: Role;
  pin?: string;
  /** The token of a seat that may still be kept. */
  resume?: string;
  /**
   * `socket` seats are kept for a while when their listener goes; `whip` and `feed` seats live as long as their media, and
   * so do `rtp` seats, which outlive their mixer.
   */
  kind: "socket" | "whip" | "rtp" | "feed";
  listener?: Listener;
};

export type ParticipantChange = {
  name?: string;
  muted?: boolean;
  camera?: boolean;
  /** False ends the share's connection too. */
  sharing?: boolean;
  cameraOff?: boolean;
  gain?: number;
  /** What it sends is music: its level is left alone. */
  music?: boolean;
  denoise?: boolean;
  pan?: number;
  spread?: boolean;
  deaf?: boolean;
  held?: boolean;
  /** False: in no recording. */
  recorded?: boolean;
  role?: Role;
};

export type SubscribeRequest = {
  sdp: string;
  /** Whose mix; absent = the full mix, as a viewer. */
  participant?: ParticipantId;
  /** A viewer's choice among the interpreters. Throws `not-found` for one that there is not. */
  channel?: string;
  view: ViewName;
  rendition: RenditionName;
  /** Made through the participant's socket: replaces the one it had, and the participant is told when it breaks. */
  socket?: boolean;
};

/** What is left out stays. */
export type PictureRequest = { view?: ViewName; rendition?: RenditionName };

export type WatchRequest = PictureRequest & {
  /** Data saver: at most this rung; null takes the cap away. It stays with the seat. */
  cap?: RungName | null;
};

/** What may be changed of a view; what is left out stays. `pinned: null` keeps nobody large. */
export type ViewChange = Partial<Omit<ViewSettings, "pinned">> & {
  pinned?: ParticipantId | null;
};

/** When a recording ends by itself. What is absent is the room's; without that, there is no such limit. */
export type { RecordingLimits, RoomSounds };

export type RecordingRequest = RecordingLimits & {
  format: RecordingFormat;
  /** What is kept of each participant alone; the room's if absent. */
  tracks?: TrackKind;
  /** `high` if absent. */
  rendition?: RenditionName;
  /** `main` if absent. */
  view?: ViewName;
  kind?: RecordingKind;
};

/** A participant as the API shows it. */
export type ParticipantDetail = ParticipantInfo & {
  /** What it receives; absent while it receives nothing. */
  quality?: SubscriptionQuality;
  /** ISO 8601. */
  joinedAt: string;
  inMix: true | { why: string };
};

/** Plain RTP of a room. Every method throws a ConferenceError. */
export type RoomRtp = {
  /** Gives a participant who took an `rtp` seat its place. */
  open(
    participant: ParticipantId,
    options: RtpPeerOptions,
  ): Promise<RtpSession>;
  all(): RtpSession[];
  /** Throws `no-such-participant`. */
  get(participant: ParticipantId): RtpSession;
  stats(participant: ParticipantId): Promise<RtpStats>;
  /** Lasts until it is closed, or the room or the participant that it is of has gone. */
  forward(forward: Omit<RtpForward, "id">): Promise<ForwardSession>;
  forwards(): ForwardSession[];
  /** Throws `not-found`. */
  endForward(id: RtpForwardId): Promise<void>;
};

/** As it is now: another mixer may have given it another place. */
export type RtpSession = {
  readonly participant: ParticipantId;
  readonly options: RtpPeerOptions;
  readonly place: RtpPlace;
};
export type ForwardSession = {
  readonly forward: RtpForward;
  readonly place: RtpPlace;
};

export type CandidateTarget =
  | { participant: ParticipantId; source?: SourceKind }
  | { subscription: SubscriptionId };

/**
 * A room's desired state, and the way to its mixer. It outlives the mixer that hosts it.
 * Every method throws a ConferenceError that may be shown to the caller.
 */
export type Room = {
  readonly name: RoomId;
  readonly options: RoomOptions;
  /** What everybody in it is told of them. */
  readonly shownOptions: OptionsInfo;
  readonly createdAt: Date;
  /** What its mixer gives up to keep in time. */
  readonly overload: OverloadLevel;
  readonly rtp: RoomRtp;
  participants(): ParticipantDetail[];
  info(): ParticipantInfo[];
  /** For how long people have talked in it, in seconds, until they last stopped. */
  readonly spoke: number;
  /** Whether this participant is told how loud the talkers are. */
  setLevels(participant: ParticipantId, on: boolean): Promise<void>;
  recordings(): RecordingInfo[];
  /** Which participant holds this token; undefined for none. */
  authenticate(token: string): ParticipantId | undefined;
  /** Whether a socket that joins with this token gets a seat back. */
  resumes(token: string): boolean;
  join(request: JoinRequest): Promise<Seat>;
  /** The participant's socket is gone: keeps a socket seat for the grace time. Does nothing if another listener took over. */
  detach(participant: ParticipantId, listener: Listener): void;
  leave(participant: ParticipantId, reason: CloseReason): Promise<void>;
  update(participant: ParticipantId, change: ParticipantChange): Promise<void>;
  /** At which gain one hears others, where not as everybody does. */
  balances(listener: ParticipantId): Readonly<Record<ParticipantId, number>>;
  /** At which gain one hears the other; 1 is as everybody else does. */
  setBalance(
    listener: ParticipantId,
    speaker: ParticipantId,
    gain: number,
  ): Promise<void>;
  /** Who hears whom, as it was said. */
  readonly routing: RoutingForms;
  /** All or nothing. Throws `no-such-participant`. */
  setRouting(forms: RoutingForms): Promise<void>;
  /** Which interpreter one hears; null is the original. Throws `not-found`. */
  chooseChannel(
    participant: ParticipantId,
    channel: string | null,
  ): Promise<void>;
  /** Mutes, or unmutes, everybody but `except`. */
  muteAll(muted: boolean, except: readonly ParticipantId[]): Promise<void>;
  /** From outside: the room stays from now on, also when everybody has gone. */
  configure(options: Partial<RoomOptions>): Promise<void>;
  /** From within: it stays no longer than it would have. */
  change(options: Partial<RoomOptions>): Promise<void>;
  /** Something to read for everybody. Throws `too-often`. */
  say(participant: ParticipantId, text: string): void;
  /** What was written lately, oldest first. */
  chat(): ChatMessage[];
  /** The answer. An accepted share turns the participant's `sharing` on. */
  publish(
    participant: ParticipantId,
    sdp: string,
    source?: SourceKind,
  ): Promise<string>;
  subscribe(
    request: SubscribeRequest,
  ): Promise<{ subscription: SubscriptionId; sdp: string }>;
  unsubscribe(subscription: SubscriptionId): Promise<void>;
  /** Changes what the participant's subscription through its socket receives. Nothing is negotiated. */
  watch(participant: ParticipantId, request: WatchRequest): Promise<void>;
  /** As `watch`, for any subscription. */
  steer(subscription: SubscriptionId, request: PictureRequest): Promise<void>;
  candidate(
    target: CandidateTarget,
    candidate: string,
    mid: string,
  ): Promise<void>;
  /** The participant's subscription made through its socket, of which it has at most one. */
  subscriptionOf(participant: ParticipantId): SubscriptionId | undefined;
  hasSubscription(subscription: SubscriptionId): boolean;
  layout(view: ViewName): Promise<ViewLayout>;
  /** All or nothing. Throws `not-found` for a view that was not made. */
  changeView(view: ViewName, change: ViewChange): Promise<ViewLayout>;
  /** Changes a view or makes it; resolves with whether it was made. */
  putView(view: ViewName, change: ViewChange): Promise<boolean>;
  removeView(view: ViewName): Promise<void>;
  /** Of the views that were made, and of `main`. */
  views(): ViewName[];
  /** Throws `not-found`. */
  view(view: ViewName): ViewSettings;
  picture(view: ViewName): Promise<Uint8Array>;
  startRecording(options: RecordingRequest): Promise<RecordingInfo>;
  /** Nothing is recorded while it is paused, and the file has no hole. What is already so changes nothing. */
  pauseRecording(
    recording: RecordingId,
    paused: boolean,
  ): Promise<RecordingInfo>;
  /** Resolves when the file is final. */
  stopRecording(recording: RecordingId): Promise<RecordingInfo>;
  /** Tells the moderators who are there of one that has ended. */
  warnOfRecording(recording: RecordingInfo): void;
  readonly lives: Pick<Lives, "all" | "infos" | "stop" | "hls">;
  startLive(request: LiveRequest): Promise<LiveDetail>;
  feeds(): FeedInfo[];
  /** Throws `not-found`. */
  feed(id: ParticipantId): FeedInfo;
  /** A participant that is no person. Of a file it resolves when that plays. */
  openFeed(request: FeedRequest): Promise<FeedInfo>;
  changeFeed(id: ParticipantId, change: FeedChange): Promise<FeedInfo>;
  closeFeed(id: ParticipantId): Promise<void>;
  sounds(): SoundInfo[];
  playSound(request: SoundRequest): Promise<SoundInfo>;
  changeSound(id: SoundId, change: SoundChange): Promise<SoundInfo>;
  stopSound(id: SoundId): Promise<void>;
  close(reason: CloseReason): Promise<void>;
};

export type Directory = {
  /** For how long people have talked in all rooms that there have been, in seconds. */
  readonly spoke: number;
  list(): Room[];
  find(room: RoomId): Room | undefined;
  /**
   * The room of this name, opened with `options` over the defaults if it is not there. Two callers at once get the same.
   * A room that was ever given options stays until it is closed; one that was not goes when everybody has gone.
   */
  open(room: RoomId, options?: Partial<RoomOptions>): Promise<Room>;
  /** Opens a room as a killed server has left it. To be called before anybody can open one. */
  restore(left: LeftRoom): {
    /** Waits no longer: what was recorded is finished, if nobody has come back. */
    giveUp(): void;
  };
  /** No further rooms or joins; running recordings are finished, everybody is told, rooms are closed. */
  drain(): Promise<void>;
};
