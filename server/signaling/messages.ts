/**
 * Every message of the WebSocket, and its one parser. The types feed the server, the SDK (`import type` only) and the
 * check that PROTOCOL.md has a section for each.
 */
import { z } from "zod";
import type {
  OverloadLevel,
  SubscriptionQuality,
  UplinkHint,
  ViewLayout,
} from "../../mixer/contract.js";
import type {
  ChatMessage,
  HearingInfo,
  LiveInfo,
  OptionsInfo,
  ParticipantInfo,
  PlayableInfo,
  PlayedInfo,
  RecordingInfo,
  Role,
} from "../infos.js";
import { describeIssue } from "../issue.js";
import { optionsShape } from "../options.js";
import {
  id,
  ID_PATTERN,
  layoutChoice,
  pageNumber,
  renditionName,
  rungName,
  sourceKind,
  viewName,
} from "../picture.js";
import { feedStart, soundChange, soundStart } from "../played.js";
import { recordingFormat, trackKind } from "../recording.js";
import { routingForms, type RoutingForms } from "../routing.js";
import { oneAtMost, rtpShape, type RtpInfo } from "../rtp-schemas.js";
import { muteAllShape, placeShape } from "../sound.js";

export { ID_PATTERN };
export type * from "../infos.js";
export type { RtpInfo } from "../rtp-schemas.js";

/** An SDP larger than this is no browser's. */
const MAX_SDP = 100_000;

const name = z.string().trim().min(1).max(64);
const sdp = z.string().min(1).max(MAX_SDP);
/** Echoed in the reply, so that a client can pair them. */
const messageId = z.union([z.string().max(64), z.number()]).optional();

/** Longer than anybody types, short enough that a hundred of them are nothing. */
const MAX_CHAT = 2000;

/** Hears nothing; and on hold: neither heard, hearing nor seen. */
const listening = {
  deaf: z.boolean().optional(),
  held: z.boolean().optional(),
};

/** The longest address of a push. */
const MAX_TARGET = 900;

const message = <Type extends string, Shape extends z.ZodRawShape>(
  type: Type,
  shape: Shape,
) => z.strictObject({ type: z.literal(type), id: messageId, ...shape });

export const clientMessage = z.discriminatedUnion("type", [
  /** First message of a socket: take a seat, or with `resume` the seat one had. */
  message("join", {
    room: id,
    name: name.default("Guest"),
    muted: z.boolean().default(false),
    camera: z.boolean().default(false),
    /** Access token (signed with the API key), where rooms ask for one. */
    token: z.string().max(4096).optional(),
    pin: z.string().max(64).optional(),
    /** The token of an earlier `joined`: the same seat, if it is still kept. */
    resume: z.string().max(4096).optional(),
  }),
  /** Offer of the publishing peer connection; again with the same connection to renegotiate. */
  message("publish", { sdp, source: sourceKind.default("camera") }),
  /** Offer of the subscribing peer connection; a new one replaces the old. */
  message("subscribe", {
    sdp,
    view: viewName.default("main"),
    rendition: renditionName.default("auto"),
  }),
  /** Another view or rendition of the running subscription; `cap` is the data saver. Nothing is negotiated. */
  message("watch", {
    view: viewName.optional(),
    rendition: renditionName.optional(),
    cap: rungName.nullable().optional(),
  }),
  /** Everybody's layout of a view; needs the role `moderator`. */
  message("layout", { view: id.default("main"), layout: layoutChoice }),
  /** Keeps somebody large in a view, or nobody; needs the role `moderator`. */
  message("pin", { view: id.default("main"), participant: id.nullable() }),
  /** Which page of a view's grid everybody sees; needs the role `moderator`. */
  message("page", { view: id.default("main"), page: pageNumber }),
  message("candidate", {
    peer: z.enum(["publish", "subscribe", "share"]),
    candidate: z.string().max(1000),
    mid: z.string().max(64),
  }),
  /** One's own state. */
  message("update", {
    name: name.optional(),
    muted: z.boolean().optional(),
    camera: z.boolean().optional(),
    sharing: z.boolean().optional(),
    /** What it sends is music. */
    music: z.boolean().optional(),
    ...placeShape,
    /** False: in no recording, while voice and picture are there for everybody else. */
    recorded: z.boolean().optional(),
    ...listening,
  }),
  /** Somebody else's state; needs the role `moderator`. */
  message("moderate", {
    participant: id,
    muted: z.boolean().optional(),
    cameraOff: z.boolean().optional(),
    /** Ends the share; nobody is made to share. */
    sharing: z.literal(false).optional(),
    gain: z.number().min(0).max(4).optional(),
    music: z.boolean().optional(),
    ...placeShape,
    ...listening,
  }),
  /** Everybody's microphone but those of `except`; needs the role `moderator`. */
  message("moderate-all", muteAllShape),
  /** Whether one is told how loud the talkers are. */
  message("levels", { on: z.boolean() }),
  /** How loudly one hears somebody else; nobody else is touched. */
  message("balance", { participant: id, gain: z.number().min(0).max(4) }),
  /** Who hears whom; needs the role `moderator`. */
  message("route", { routing: routingForms }),
  /** Which interpreter one hears; null is the original. */
  message("channel", { channel: id.nullable() }),
  /** Something to read for everybody, also for those who come later. */
  message("chat", { text: z.string().trim().min(1).max(MAX_CHAT) }),
  /** What of the room may be changed from within; needs the role `moderator`. */
  message("configure", optionsShape),
  message("remove", { participant: id }),
  /** Needs the role `moderator`; `format` is that of a recording that begins. */
  message("record", {
    state: z.enum(["recording", "paused", "stopped"]),
    format: recordingFormat.optional(),
    /** What is kept of each participant alone; the room's if absent. */
    tracks: trackKind.optional(),
  }),
  /** To an audience outside, by HLS or with `url` by a push; needs the role `moderator`. */
  message("live", {
    state: z.enum(["live", "stopped"]),
    url: z.string().max(MAX_TARGET).optional(),
    live: id.optional(),
  }),
  /** What there is to be played; needs the role `moderator`, as the next two. */
  message("playable", {}),
  /** Plays one of these: a sound, or a participant that is no person. */
  message("play", {
    sound: soundStart.optional(),
    feed: feedStart.optional(),
  }).refine(
    ({ sound, feed }) => (sound === undefined) !== (feed === undefined),
    {
      path: ["sound"],
      message: "exactly one of sound, feed is needed",
    },
  ),
  /** Changes what plays, or stops it. */
  message("playback", {
    played: id,
    state: z.enum(["playing", "paused", "stopped"]).optional(),
    ...soundChange,
  }),
  /** Participants and forwards without WebRTC: one of these, or only what there is; needs the role `moderator`. */
  message("rtp", rtpShape).refine(...oneAtMost),
  message("leave", {}),
  message("ping", {}),
]);

export type ClientMessage = z.output<typeof clientMessage>;
export type ClientMessageInput = z.input<typeof clientMessage>;

export type MessageId = string | number;

export type CloseReason =
  "left" | "removed" | "room-closed" | "replaced" | "shutdown" | "unresponsive";

/** `share` publishes the screen. */
export type PeerName = "publish" | "subscribe" | "share";

export type ServerMessage =
  /** The seat. `token` resumes it after a dropped socket and authorises WHEP for one's own mix. */
  | ({
      type: "joined";
      id?: MessageId;
      participant: string;
      token: string;
      resumed: boolean;
      room: string;
      role: Role;
      participants: ParticipantInfo[];
      recordings: RecordingInfo[];
      /** What was written lately, oldest first. */
      chat: ChatMessage[];
      lives: LiveInfo[];
      iceServers: RTCIceServerLike[];
    } & OptionsInfo)
  /** The answer to `publish` or `subscribe`. */
  | { type: "answer"; id?: MessageId; peer: PeerName; sdp: string }
  /** Done, where there is nothing else to say. */
  | { type: "done"; id?: MessageId }
  | { type: "pong"; id?: MessageId }
  /** The message was refused, and changed nothing. */
  | { type: "error"; id?: MessageId; error: { code: string; message: string } }
  /** Somebody came, or something about somebody changed. */
  | { type: "participant"; participant: ParticipantInfo }
  | { type: "gone"; participant: string; reason: CloseReason }
  /** With how long those have talked who have just stopped. */
  | { type: "talking"; talkers: string[]; spoke: Record<string, number> }
  /** How loud each talker is, in dBFS; for whoever asked. */
  | { type: "levels"; levels: Record<string, number> }
  /** Which interpreters there are, and which of them this client hears. */
  | { type: "channels"; channels: string[]; chosen: string | null }
  | { type: "recording"; recording: RecordingInfo }
  | ({ type: "chat" } & ChatMessage)
  /** Options of the room, as they are now. */
  | ({ type: "options" } & OptionsInfo)
  /** What plays in the room; for moderators. */
  | { type: "playing"; playing: PlayedInfo[] }
  /** The answer to `playable`. */
  | ({ type: "playable"; id?: MessageId } & PlayableInfo)
  /** The answer to `rtp`. */
  | ({ type: "rtp"; id?: MessageId } & RtpInfo)
  /** Who hears whom, as it was said; for moderators. */
  | { type: "routing"; routing: RoutingForms }
  | ({ type: "hearing" } & HearingInfo)
  /** A live output began, changed or ended. */
  | { type: "live"; live: LiveInfo }
  /** Who is where in the picture, in canvas pixels. */
  | ({ type: "tiles" } & ViewLayout)
  /** What this client gets now, and why. */
  | { type: "quality"; quality: SubscriptionQuality }
  /** What this client should send: no more is shown of it. */
  | { type: "uplink"; hints: UplinkHint[] }
  /** The server gives up quality to keep in time; 0 = not any more. */
  | { type: "overload"; level: OverloadLevel; message: string }
  /** Media of these peer connections is gone on the server: offer anew with fresh ones. */
  | { type: "restart"; peers: PeerName[]; reason: string }
  /** The seat is no more; the socket closes after this. */
  | { type: "closed"; reason: CloseReason };

/** Every type of ServerMessage; the compiler refuses a missing or a foreign one. */
const serverMessageTypes: Record<ServerMessage["type"], true> = {
  joined: true,
  answer: true,
  done: true,
  pong: true,
  error: true,
  participant: true,
  gone: true,
  talking: true,
  levels: true,
  channels: true,
  recording: true,
  chat: true,
  options: true,
  playing: true,
  playable: true,
  rtp: true,
  routing: true,
  hearing: true,
  live: true,
  tiles: true,
  quality: true,
  uplink: true,
  overload: true,
  restart: true,
  closed: true,
};

/** For PROTOCOL.md, which has a section for each. */
export const SERVER_MESSAGE_TYPES = Object.keys(serverMessageTypes);
export const CLIENT_MESSAGE_TYPES: string[] = clientMessage.options.map(
  ({ shape }) => shape.type.value,
);

export type RTCIceServerLike = {
  urls: string | string[];
  username?: string;
  credential?: string;
};

export type ParsedMessage =
  | { ok: true; message: ClientMessage }
  | { ok: false; id?: MessageId; problem: string };

/** The only JSON.parse of the socket. Names the field that is wrong, and keeps the id so that the reply finds its way. */
export const parseMessage = (text: string): ParsedMessage => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, problem: "not JSON" };
  }
  const parsed = clientMessage.safeParse(value);
  if (parsed.success) return { ok: true, message: parsed.data };
  const problem = describeIssue(parsed.error.issues[0], "message");
  const given = messageId.safeParse((value as { id?: unknown } | null)?.id);
  return { ok: false, id: given.success ? given.data : undefined, problem };
};
