/** All plain RTP of a room: participants without WebRTC, and forwards. */
import type {
  IngestStatus,
  MixerOptions,
  ParticipantId,
  ParticipantMedia,
  Requests,
  RoomId,
  RtpForward,
  RtpForwardId,
  RtpPlace,
  RtpStats,
} from "../contract.js";
import type { Counters } from "../counters.js";
import type { Micros } from "../media.js";
import { Forwards } from "./forwards.js";
import { PlainSound } from "./plain-sound.js";
import { RtpPeers } from "./rtp-peers.js";
import type { Sound } from "./sound.js";

export type RtpOptions = {
  mixer: Pick<MixerOptions, "mediaPorts" | "mediaAddresses">;
  counters: Counters;
  sound: Sound;
  /** Throws `not-found` if nobody has this id. Kept up to date. */
  mediaOf: (participant: ParticipantId) => ParticipantMedia;
  /** Of the room, which every event names. */
  name: RoomId;
  emit: (event: "ingest", data: IngestStatus) => void;
  /** The clock may be needed now, or no longer. */
  onChange: () => void;
};

export type Rtp = {
  readonly isNeeded: boolean;
  readonly encoders: number;
  /** Takes the place of what the participant had. Rejects with `not-found` or `overloaded`. */
  openPeer: (params: Requests["rtp.open"]["params"]) => Promise<RtpPlace>;
  /** Throws `not-found`. */
  stats: (participant: ParticipantId) => RtpStats;
  /** The participant has left. */
  remove: (participant: ParticipantId) => void;
  /** Takes the place of one with the same id. Rejects with `overloaded`. */
  openForward: (forward: RtpForward) => Promise<RtpPlace>;
  closeForward: (id: RtpForwardId) => void;
  /** Runs a tick of the mix between what must come before and after it. */
  tick: (due: Micros, mix: () => void) => void;
  /** Sends reports: once a second. */
  report: (at: Micros) => void;
  close: () => void;
};

export const createRtp = (options: RtpOptions): Rtp => {
  const { name: room, emit, onChange } = options;
  const plain = new PlainSound(options.sound);
  const peers = new RtpPeers({
    ...{ ...options, plain },
    onState: (participant, state) =>
      emit("ingest", { room, participant, source: "camera", state }),
  });
  const forwards = new Forwards({ ...options, plain });
  return {
    get isNeeded() {
      return peers.size > 0 || forwards.size > 0;
    },
    get encoders() {
      return plain.encoders;
    },
    openPeer: (params) => peers.open(params).finally(onChange),
    stats: (participant) => peers.stats(participant),
    remove: (participant) => peers.remove(participant),
    openForward: (forward) => forwards.open(forward).finally(onChange),
    closeForward: (id) => {
      forwards.remove(id);
      onChange();
    },
    tick: (due, mix) => {
      peers.beforeTick();
      mix();
      plain.tick(due);
    },
    report: (at) => {
      peers.report(at);
      forwards.report(at);
    },
    close: () => {
      peers.close();
      forwards.close();
    },
  };
};
