/** Who sits in a room. Plain state and the rules of a seat's life; telling the mixer is the room's business. */
import type {
  ParticipantId,
  RungName,
  SourceKind,
  UplinkHint,
} from "../../mixer/contract.js";
import type {
  ParticipantInfo,
  PeerName,
  Role,
  ServerMessage,
} from "../signaling/messages.js";
import { FULL_ALLOWANCE, type Allowance } from "./allowance.js";
import { newId, newToken } from "./ids.js";
import type { JoinRequest, Listener, ParticipantDetail } from "./types.js";

/** What is known of the media that a participant sends. */
export type MediaState =
  "none" | "connecting" | "connected" | "lost" | "closed" | "restarting";

export type SeatState = {
  readonly id: ParticipantId;
  readonly token: string;
  readonly kind: JoinRequest["kind"];
  readonly joinedAt: Date;
  name: string;
  role: Role;
  muted: boolean;
  camera: boolean;
  sharing: boolean;
  gain: number;
  music: boolean;
  denoise: boolean;
  pan: number;
  spread: boolean;
  /** At which gain it alone hears others. */
  balance: Record<ParticipantId, number>;
  deaf: boolean;
  held: boolean;
  /** False: neither its voice nor its picture is in any recording. */
  recorded: boolean;
  talking: boolean;
  /** When it last began to talk, and how long it had talked before, in ms. */
  talkingSince: number;
  spoke: number;
  /** It wants to be told how loud the talkers are. */
  levels: boolean;
  /** How many messages it may write now, and since when. */
  allowance: Allowance;
  readonly media: Record<SourceKind, MediaState>;
  /** What it should send; undefined until the mixer has told. */
  hints?: UplinkHint[];
  /** Its data saver: no subscription of its socket gets more. */
  cap?: RungName;
  listener?: Listener;
  /** Connections whose media broke while nobody listened, and why. */
  readonly broken: Map<PeerName, string>;
  /** Runs while the seat waits: for its socket to come back, or for a WHIP sender's media. */
  timer?: NodeJS.Timeout;
};

/** What is kept of a seat over a restart of the server. */
export type FormerSeat = Pick<SeatState, "id" | "name" | "role" | "recorded">;

export type Seats = {
  readonly size: number;
  all(): SeatState[];
  get(participant: ParticipantId): SeatState | undefined;
  /** The seat that this token resumes. */
  byToken(token: string): SeatState | undefined;
  /** `former`: as whom somebody comes back. */
  add(request: JoinRequest, now: Date, former?: FormerSeat): SeatState;
  /** Takes the seat away and stops its timer. False if it is not there (any more). */
  remove(seat: SeatState): boolean;
  /** Tells everybody who listens, but for `except`. */
  tell(message: ServerMessage, except?: SeatState): void;
  /** Is told all that anybody is told by `tell`, for as long as there are seats. */
  overhear(listener: Listener): void;
};

export const stopTimer = (seat: SeatState): void => {
  clearTimeout(seat.timer);
  seat.timer = undefined;
};

/** To a tenth. */
export const inSeconds = (ms: number): number => Math.round(ms / 100) / 10;

export const infoOf = (seat: SeatState): ParticipantInfo => ({
  id: seat.id,
  name: seat.name,
  role: seat.role,
  muted: seat.muted,
  camera: seat.camera,
  sharing: seat.sharing,
  deaf: seat.deaf,
  held: seat.held,
  music: seat.music,
  denoise: seat.denoise,
  pan: seat.pan,
  spread: seat.spread,
  gain: seat.gain,
  recorded: seat.recorded,
  talking: seat.talking,
  spoke: inSeconds(seat.spoke),
  state:
    seat.kind === "socket" && seat.listener === undefined ? "away" : "present",
});

const WHY: Record<Exclude<MediaState, "connected">, string> = {
  none: "no media yet",
  connecting: "connecting",
  lost: "connection lost",
  closed: "sends no media",
  restarting: "mixer restarting",
};

const inMix = ({
  media,
  muted,
  held,
}: SeatState): ParticipantDetail["inMix"] => {
  if (media.camera !== "connected") return { why: WHY[media.camera] };
  if (held) return { why: "on hold" };
  return muted ? { why: "muted" } : true;
};

const spokeOf = (
  { talking, talkingSince, spoke }: SeatState,
  now: Date,
): number => {
  const running = talking ? now.getTime() - talkingSince : 0;
  return inSeconds(spoke + running);
};

export const detailOf = (seat: SeatState, now: Date): ParticipantDetail => ({
  ...infoOf(seat),
  spoke: spokeOf(seat, now),
  joinedAt: seat.joinedAt.toISOString(),
  inMix: inMix(seat),
});

const newSeat = (
  request: JoinRequest,
  now: Date,
  former?: FormerSeat,
): SeatState => ({
  id: newId(),
  token: newToken(),
  kind: request.kind,
  joinedAt: now,
  name: request.name,
  role: request.role,
  muted: request.muted,
  camera: request.camera,
  sharing: false,
  gain: 1,
  // What was produced has the loudness that it is meant to have.
  music: request.kind === "feed",
  denoise: false,
  pan: 0,
  spread: false,
  balance: {},
  deaf: false,
  held: false,
  recorded: true,
  talking: false,
  talkingSince: 0,
  spoke: 0,
  levels: false,
  allowance: FULL_ALLOWANCE,
  media: { camera: "none", share: "none" },
  listener: request.listener,
  broken: new Map(),
  ...former,
});

export const createSeats = (): Seats => {
  const byId = new Map<ParticipantId, SeatState>();
  // A lookup by hash tells nothing of how much of a wrong token was right.
  const byToken = new Map<string, SeatState>();
  const overhearing: Listener[] = [];
  return {
    get size() {
      return byId.size;
    },
    all: () => [...byId.values()],
    get: (participant) => byId.get(participant),
    byToken: (token) => byToken.get(token),
    add: (request, now, former) => {
      const seat = newSeat(request, now, former);
      byId.set(seat.id, seat);
      byToken.set(seat.token, seat);
      return seat;
    },
    remove: (seat) => {
      stopTimer(seat);
      byToken.delete(seat.token);
      return byId.delete(seat.id);
    },
    tell: (message, except) => {
      for (const seat of byId.values())
        if (seat !== except) seat.listener?.(message);
      for (const listener of overhearing) listener(message);
    },
    overhear: (listener) => {
      overhearing.push(listener);
    },
  };
};
