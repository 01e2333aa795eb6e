import type { CallEvents, CallOptions, CallStatus } from "./call-types.js";
import { CallError } from "./errors.js";
import type { Events } from "./events.js";
import type { Link } from "./link.js";
import type { PeerOptions } from "./peer.js";
import type { Outgoing, PeerName, ServerMessage } from "./protocol.js";
import type { RoomState } from "./room-state.js";

/** What all parts of a call share. `call.ts` owns it. */
export type Core = {
  readonly options: CallOptions;
  readonly events: Events<CallEvents>;
  room: RoomState;
  status: CallStatus;
  iceServers: RTCIceServer[];
  /** Undefined before `join` and after the end. */
  link: Link | undefined;
  name: string;
  /** When it was told what plays, on `performance.now()`. */
  playingSince: number;
};

/** @throws CallError with the server's refusal, `offline`, or `closed` */
export const request = async (
  core: Core,
  message: Outgoing,
): Promise<ServerMessage> => {
  if (core.link === undefined)
    throw new CallError("closed", "There is no call.");
  return core.link.request(message);
};

export const setStatus = (core: Core, change: Partial<CallStatus>): void => {
  core.status = { ...core.status, ...change };
  core.events.emit("status", core.status);
};

/** Takes over the new state of the room and says what of it is new. */
export const setRoom = (core: Core, room: RoomState): void => {
  const before = core.room;
  core.room = room;
  if (room.playing !== before.playing) core.playingSince = performance.now();
  if (room.participants !== before.participants)
    core.events.emit("participants", room.participants);
  if (room.talkers !== before.talkers)
    core.events.emit("talking", room.talkers);
  if (room.recordings !== before.recordings)
    core.events.emit("recording", room.recordings);
  if (room.chat !== before.chat) core.events.emit("chat", room.chat);
  for (const part of [
    "options",
    "playing",
    "channels",
    "hearing",
    "routing",
  ] as const)
    if (room[part] !== before[part])
      core.events.emit(part, room[part] as never);
  if (room.lives !== before.lives) core.events.emit("live", room.lives);
  if (room.tiles !== undefined && room.tiles !== before.tiles)
    core.events.emit("tiles", room.tiles);
  if (room.quality !== undefined && room.quality !== before.quality)
    core.events.emit("quality", room.quality);
  if (room.overload !== before.overload)
    core.events.emit("overload", room.overload);
};

/** Takes an offer to the server and brings the answer. @throws CallError as `request` */
export const negotiate = async (
  core: Core,
  offer: Outgoing,
): Promise<string> => {
  const reply = await request(core, offer);
  if (reply.type === "answer") return reply.sdp;
  throw new CallError("internal", "The server gave no answer.");
};

/** How a peer reaches the server: the same for all but for the message that carries the offer. */
export const peerOptions = (
  core: Core,
  peer: PeerName,
  negotiate: PeerOptions["negotiate"],
): Omit<PeerOptions, "prepare"> => ({
  iceServers: () => core.iceServers,
  negotiate,
  sendCandidate: (candidate, mid) => {
    // One that is lost or refused is one way less, not a failure.
    request(core, { type: "candidate", peer, candidate, mid }).catch(
      () => undefined,
    );
  },
  onState: (state) => setStatus(core, { [peer]: state }),
  onError: (error) => core.events.emit("error", error),
});
