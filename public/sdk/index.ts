/** The browser SDK: a call in a Tutti room, without any page. */
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
export type { Moderated } from "./local.js";
export type { PeerState } from "./peer.js";
export type {
  CloseReason,
  ParticipantInfo,
  RecordingInfo,
  RenditionName,
  Role,
} from "./protocol.js";
export type { RoomState, TileMap } from "./room-state.js";
