/** What the edges (HTTP, signaling) may ask of rooms. `room.ts` and `directory.ts` keep these promises. */
import type {
  LayoutName,
  ParticipantId,
  PeerRole,
  RecordingFormat,
  RecordingId,
  RecordingResult,
  RenditionName,
  RoomId,
  SubscriptionId,
  VideoOptions,
  ViewLayout,
  ViewName,
} from "../../mixer/contract.js";
import type {
  CloseReason,
  ParticipantInfo,
  RecordingInfo,
  Role,
  ServerMessage,
} from "../signaling/messages.js";

export type RoomOptions = {
  title: string;
  /** Asked of whoever joins; never shown to clients. */
  pin?: string;
  maxParticipants: number;
  video: VideoOptions;
  layout: LayoutName;
  /** Record as long as somebody is there. */
  record: boolean;
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
  /** `socket` seats are kept for a while when their listener goes; `whip` seats live as long as their media. */
  kind: "socket" | "whip";
  listener?: Listener;
};

export type ParticipantChange = {
  name?: string;
  muted?: boolean;
  camera?: boolean;
  cameraOff?: boolean;
  gain?: number;
  role?: Role;
};

export type SubscribeRequest = {
  sdp: string;
  /** Whose mix; absent = the full mix, as a viewer. */
  participant?: ParticipantId;
  view: ViewName;
  rendition: RenditionName;
  /** Made through the participant's socket: replaces the one it had, and the participant is told when it breaks. */
  socket?: boolean;
};

/** A participant as the API shows it. */
export type ParticipantDetail = ParticipantInfo & {
  gain: number;
  sharing: boolean;
  /** ISO 8601. */
  joinedAt: string;
  inMix: true | { why: string };
};

/**
 * A room's desired state, and the way to its mixer. It outlives the mixer that hosts it.
 * Every method throws a ConferenceError that may be shown to the caller.
 */
export type Room = {
  readonly name: RoomId;
  readonly options: RoomOptions;
  readonly createdAt: Date;
  participants(): ParticipantDetail[];
  info(): ParticipantInfo[];
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
  configure(options: Partial<RoomOptions>): Promise<void>;
  publish(participant: ParticipantId, sdp: string): Promise<string>;
  subscribe(
    request: SubscribeRequest,
  ): Promise<{ subscription: SubscriptionId; sdp: string }>;
  unsubscribe(subscription: SubscriptionId): Promise<void>;
  candidate(
    target: { participant: ParticipantId } | { subscription: SubscriptionId },
    candidate: string,
    mid: string,
  ): Promise<void>;
  /** The participant's subscription made through its socket, of which it has at most one. */
  subscriptionOf(participant: ParticipantId): SubscriptionId | undefined;
  hasSubscription(subscription: SubscriptionId): boolean;
  layout(view: ViewName): Promise<ViewLayout>;
  setLayout(view: ViewName, layout: LayoutName): Promise<ViewLayout>;
  picture(view: ViewName): Promise<Uint8Array>;
  startRecording(options: {
    format: RecordingFormat;
    rendition: RenditionName;
  }): Promise<RecordingInfo>;
  /** Resolves when the file is final. */
  stopRecording(recording: RecordingId): Promise<RecordingInfo>;
  close(reason: CloseReason): Promise<void>;
};

export type Directory = {
  list(): Room[];
  find(room: RoomId): Room | undefined;
  /**
   * The room of this name, opened with `options` over the defaults if it is not there. Two callers at once get the same.
   * A room that was ever given options stays until it is closed; one that was not goes when everybody has gone.
   */
  open(room: RoomId, options?: Partial<RoomOptions>): Promise<Room>;
  /** No further rooms or joins; running recordings are finished, everybody is told, rooms are closed. */
  drain(): Promise<void>;
};

/** Whom the rooms tell about recordings, so that what is known lies beside the file and outlives the server. */
export type RecordingJournal = {
  started(entry: {
    id: RecordingId;
    room: RoomId;
    title: string;
    format: RecordingFormat;
    startedAt: Date;
  }): Promise<void>;
  /** Somebody came or went while it ran; whoever is there at its start has joined then. */
  person(
    id: RecordingId,
    event: {
      participant: ParticipantId;
      name: string;
      at: Date;
      event: "joined" | "left";
    },
  ): void;
  /** The file is final; `note` says what it survived. */
  finished(
    id: RecordingId,
    result: RecordingResult,
    note?: string,
  ): Promise<void>;
  /** It ended by itself; `result` is what was kept, if anything. */
  failed(
    id: RecordingId,
    reason: string,
    result?: RecordingResult,
  ): Promise<void>;
};

export type { PeerRole };
