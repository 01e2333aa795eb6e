/**
 * The browser SDK: a call in a Tutti room, without any page.
 *
 *     const call = createCall({ url: "wss://example.org/ws", room: "monday", name: "Ann" });
 *     call.on("mix", (mix) => (video.srcObject = mix));
 *     await call.join();
 *     await call.setMicrophone(track);
 */
export { createCall } from "./call.js";
export type {
  Call,
  CallEnd,
  CallEvents,
  CallOptions,
  CallStatus,
  ModerateChange,
} from "./call-types.js";
export { CallError } from "./errors.js";
export type { LinkState } from "./link.js";
export type { Choices, Moderated } from "./local.js";
export { microphoneConstraints } from "./microphone.js";
export type { PeerState } from "./peer.js";
export type {
  ChatMessage,
  CloseReason,
  LayoutChoice,
  Levels,
  Channels,
  FeedStart,
  HearingInfo,
  OptionsChange,
  OptionsInfo,
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
  RenditionName,
  Role,
  Routing,
  RoutingChoice,
  RtpAsked,
  RtpInfo,
  RungName,
  SoundStart,
  TilePlace,
  UplinkHint,
} from "./protocol.js";
export { selfIn } from "./room-state.js";
export type { RoomState, TileMap } from "./room-state.js";
export type { Watch, WatchChange } from "./watching.js";
