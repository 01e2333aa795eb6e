/** The messages, as the server declares them, and their way in and out of a socket's text. */
import type {
  ClientMessageInput,
  MessageId,
  ServerMessage,
} from "../../server/signaling/messages.js";

export type {
  ChatMessage,
  ClientMessageInput,
  CloseReason,
  HearingInfo,
  LiveInfo,
  MessageId,
  OptionsInfo,
  ParticipantInfo,
  PeerName,
  PlayableInfo,
  PlayedInfo,
  RecordingInfo,
  Role,
  RtpInfo,
  ServerMessage,
} from "../../server/signaling/messages.js";

type WithoutId<Message> = Message extends unknown ? Omit<Message, "id"> : never;

/** A message to the server; its `id` is given when it is sent. */
export type Outgoing = WithoutId<ClientMessageInput>;

/** The server's message of this type. */
export type Incoming<Type extends ServerMessage["type"]> = Extract<
  ServerMessage,
  { type: Type }
>;

type Asked<Type extends ClientMessageInput["type"]> = Extract<
  ClientMessageInput,
  { type: Type }
>;

export type RenditionName = NonNullable<Asked<"subscribe">["rendition"]>;
/** One rung of the ladder of renditions. */
export type RungName = NonNullable<Asked<"watch">["cap"]>;
/** What a recording is written as. */
export type RecordingFormat = NonNullable<Asked<"record">["format"]>;
/** What is kept of each participant alone beside a recording. */
export type TrackKind = NonNullable<Asked<"record">["tracks"]>;
/** Options of a room, as a moderator changes them. */
export type OptionsChange = Omit<Asked<"configure">, "type" | "id">;
export type Playback = Omit<Asked<"playback">, "type" | "id" | "played">;
export type SoundStart = NonNullable<Asked<"play">["sound"]>;
/** One of these, or nothing, to learn what there is. */
export type RtpAsked = Omit<Asked<"rtp">, "type" | "id">;
export type FeedStart = NonNullable<Asked<"play">["feed"]>;
/** Who hears whom, whole, and as a moderator may say it. */
export type Routing = Incoming<"routing">["routing"];
export type RoutingChoice = Asked<"route">["routing"];
/** Names of interpreters' channels, and which of them one hears. */
export type Channels = Omit<Incoming<"channels">, "type">;
export type LayoutChoice = Asked<"layout">["layout"];
/** What one gets now, and why. */
export type Quality = Incoming<"quality">["quality"];
export type UplinkHint = Incoming<"uplink">["hints"][number];
/** In dBFS, by participant; who is not in it is silent. */
export type Levels = Incoming<"levels">["levels"];
export type TilePlace = Incoming<"tiles">["tiles"][number];
/** What the server gives up to keep in time: 0 = nothing. */
export type Overload = Omit<Incoming<"overload">, "type">;

/** The server's text as a message; undefined for what is none. What is in it is believed: it comes from our own server. */
export const readMessage = (text: unknown): ServerMessage | undefined => {
  if (typeof text !== "string") return undefined;
  try {
    const value: unknown = JSON.parse(text);
    const type = (value as { type?: unknown } | null)?.type;
    return typeof type === "string" ? (value as ServerMessage) : undefined;
  } catch {
    return undefined;
  }
};

export const writeMessage = (message: Outgoing, id: MessageId): string =>
  JSON.stringify({ ...message, id });
