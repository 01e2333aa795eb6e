/** The SDK's face: what a call is given, what it tells, what it can be asked. */
import type { CallError } from "./errors.js";
import type { Events } from "./events.js";
import type { LinkState } from "./link.js";
import type { Choices, Moderated } from "./local.js";
import type { PeerState } from "./peer.js";
import type {
  Channels,
  ChatMessage,
  CloseReason,
  FeedStart,
  HearingInfo,
  Incoming,
  LayoutChoice,
  Levels,
  OptionsChange,
  OptionsInfo,
  Outgoing,
  Overload,
  ParticipantInfo,
  PlayableInfo,
  Playback,
  PlayedInfo,
  Quality,
  LiveInfo,
  RecordingFormat,
  TrackKind,
  RecordingInfo,
  Routing,
  RoutingChoice,
  RtpAsked,
  RtpInfo,
  SoundStart,
  UplinkHint,
} from "./protocol.js";
import type { RoomState, TileMap } from "./room-state.js";
import type { Watch, WatchChange } from "./watching.js";

export type CallOptions = {
  /** Of the server's socket, e.g. `wss://example.org/ws`. */
  url: string;
  /** `[A-Za-z0-9_-]{1,64}` */
  room: string;
  /** Shown to the others; 1 to 64 characters. */
  name: string;
  /** Start muted; by default one is heard as soon as there is a microphone. */
  muted?: boolean;
  pin?: string;
  /** Access token, where rooms ask for one. */
  token?: string;
  /** What to watch from the start; the main view, as good as the line carries it, if left out. */
  watch?: WatchChange;
};

export type CallStatus = {
  readonly link: LinkState | "closed";
  readonly publish: PeerState;
  readonly subscribe: PeerState;
  /** `idle` while nothing is shared. */
  readonly share: PeerState;
};

export type CallEnd = { reason: CloseReason | "refused"; error?: CallError };

export type CallEvents = {
  /** A seat was taken; again after each lost socket. */
  joined: Incoming<"joined">;
  /** Everybody, oneself included, whenever one of them changed. */
  participants: readonly ParticipantInfo[];
  talking: readonly string[];
  /** Ten times a second at most, while somebody talks and `setLevels` is on. */
  levels: Levels;
  /** All that was written lately, oldest first. */
  chat: readonly ChatMessage[];
  /** The room's own, that everybody may know. */
  options: OptionsInfo;
  /** For moderators: what plays now, with how far it was at this moment. */
  playing: readonly PlayedInfo[];
  /** Interpreters, and which of them one hears. */
  channels: Channels;
  /** What is special about whom one hears and by whom one is heard. */
  hearing: HearingInfo;
  /** For moderators: who hears whom, as it was said. */
  routing: Routing;
  /** All recordings of the call so far. */
  recording: readonly RecordingInfo[];
  /** All that leaves the room for an audience. */
  live: readonly LiveInfo[];
  /** Who is where in the picture, from the picture with its `timestamp` on. */
  tiles: TileMap;
  /** What one watches, whenever that changes: also because the view is gone. */
  watch: Watch;
  /** What is received, whenever it changes. */
  quality: Quality;
  /** What the server shows of us; the SDK has sent no more than that already. */
  uplink: readonly UplinkHint[];
  overload: Overload;
  status: CallStatus;
  /** The mixed sound and picture; a new stream after each restart of the media. */
  mix: MediaStream;
  /** A moderator switched our microphone, camera or share off: the owner of the track should stop it. Or chose how we listen. */
  moderated: Moderated;
  /** The server is full: our camera is off, and the owner of the track should stop it. */
  cameraRefused: CallError;
  /** The call is over, and nothing comes after this. */
  closed: CallEnd;
  error: CallError;
};

export type ModerateChange = Omit<
  Extract<Outgoing, { type: "moderate" }>,
  "type" | "participant"
>;

export type Call = {
  on: Events<CallEvents>["on"];
  room(): RoomState;
  status(): CallStatus;
  /** Seconds since `room().playing` was told: positions have gone on since. */
  playingAge(): number;
  /** Resolves with the seat; goes on trying while the server is away. @throws CallError when refused or left */
  join(): Promise<void>;
  /** The tracks stay the caller's, to be stopped by the caller. */
  setMicrophone(track: MediaStreamTrack | null): Promise<void>;
  setCamera(track: MediaStreamTrack | null): Promise<void>;
  setMuted(muted: boolean): void;
  /**
   * `deaf`: one hears nothing; `held`: on hold, neither heard, hearing nor seen; `music`: what the microphone sends is
   * music (capture it with `microphoneConstraints(true)`); `denoise`: the server takes noise out of the voice; `recorded`:
   * false leaves one out of recordings. Kept through lost connections.
   */
  choose(change: Partial<Choices>): void;
  choices(): Choices;
  /** How loudly one hears somebody, 0 to 4; 1 as everybody else does. @throws CallError */
  balance(participant: string, gain: number): Promise<void>;
  balanceOf(participant: string): number;
  /** Whether one is told how loud the talkers are. */
  setLevels(on: boolean): void;
  /** Something to read for everybody, at most 2000 characters. @throws CallError */
  say(text: string): Promise<void>;
  /**
   * Shares a screen, and its sound, beside the camera; instead of what is shared now, if anything. Ends with the
   * track. The tracks stay the caller's.
   */
  share(
    track: MediaStreamTrack,
    audio?: MediaStreamTrack | null,
  ): Promise<void>;
  stopShare(): void;
  watching(): Watch;
  /** Another view or quality, without a gap in the sound. Kept until it is changed. @throws CallError when refused */
  watch(change: WatchChange): Promise<void>;
  /** These ask the server. @throws CallError with its refusal */
  setName(name: string): Promise<void>;
  /**
   * Goes on with a recording that is paused. One that begins is written as `format` says, and beside it what `tracks` says
   * of each participant alone (the room's if absent). For moderators.
   */
  record(
    state: "recording" | "paused" | "stopped",
    format?: RecordingFormat,
    tracks?: TrackKind,
  ): Promise<void>;
  /** Sends the call to an audience: by HLS, or to a server of RTMP or SRT. For moderators. */
  goLive(url?: string): Promise<void>;
  /** Ends this output, or all. For moderators. */
  endLive(live?: string): Promise<void>;
  /** What there is to be played. For moderators, as the next four. */
  playable(): Promise<PlayableInfo>;
  playSound(sound: SoundStart): Promise<void>;
  /** A participant that is no person. */
  playFeed(feed: FeedStart): Promise<void>;
  playback(played: string, change: Playback): Promise<void>;
  /**
   * Participants without WebRTC and forwards: asks for one, ends one, or only tells what there is. Who came by RTP goes with
   * `remove`. For moderators.
   */
  rtp(asked?: RtpAsked): Promise<RtpInfo>;
  /** All of it; what is left out is no longer so. */
  setRouting(routing: RoutingChoice): Promise<void>;
  /** Which interpreter one hears; null is the original. */
  chooseChannel(channel: string | null): Promise<void>;
  /** Where one's own voice is heard in a stereo room, -1 (left) to 1, or with `spread` where one's tile is. */
  setPlace(place: { pan?: number; spread?: boolean }): Promise<void>;
  moderate(participant: string, change: ModerateChange): Promise<void>;
  /** Mutes everybody but these; for moderators. */
  muteAll(except: string[]): Promise<void>;
  remove(participant: string): Promise<void>;
  /** Options of the room, whole values of those that are named; for moderators. */
  configure(change: OptionsChange): Promise<void>;
  /** Which page of a grid everybody sees, from 0; for moderators. */
  setPage(page: number, view?: string): Promise<void>;
  /** Everybody's layout of a view, by default of `main`; for moderators. */
  setLayout(layout: LayoutChoice, view?: string): Promise<void>;
  /** Keeps somebody large for everybody; null lets the picture follow the talkers again. For moderators. */
  pin(participant: string | null, view?: string): Promise<void>;
  /** Gives the seat back and closes everything; safe at any time, and twice. */
  leave(): void;
};
