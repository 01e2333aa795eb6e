/** A room's participants without WebRTC. */
import { now } from "../clock.js";
import {
  MixerError,
  type IngestStatus,
  type MixerOptions,
  type ParticipantId,
  type ParticipantMedia,
  type Requests,
  type RtpPlace,
  type RtpStats,
} from "../contract.js";
import type { Counters } from "../counters.js";
import { MIX_RATE, type Micros } from "../media.js";
import type { PlainListener, PlainSound } from "./plain-sound.js";
import { RtpPeer } from "./rtp-peer.js";
import type { Sound } from "./sound.js";

export type RtpPeersOptions = {
  mixer: Pick<MixerOptions, "mediaPorts" | "mediaAddresses">;
  counters: Counters;
  sound: Sound;
  plain: PlainSound;
  /** Throws `not-found` if nobody has this id. Kept up to date. */
  mediaOf: (participant: ParticipantId) => ParticipantMedia;
  onState: (participant: ParticipantId, state: IngestStatus["state"]) => void;
};

type Entry = { peer: RtpPeer; listener: PlainListener };

export class RtpPeers {
  readonly #options: RtpPeersOptions;
  readonly #byId = new Map<ParticipantId, Entry>();
  #closed = false;

  constructor(options: RtpPeersOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Takes the place of what the participant had. Rejects with `not-found` or `overloaded`. */
  async open({
    participant,
    options,
  }: Requests["rtp.open"]["params"]): Promise<RtpPlace> {
    const { mixer, counters, sound, plain, mediaOf, onState } = this.#options;
    const media = mediaOf(participant);
    this.remove(participant);
    const peer = await RtpPeer.open({
      ...options,
      ports: mixer.mediaPorts,
      addresses: mixer.mediaAddresses,
      counters,
      write: (samples, channels, at) =>
        sound.mix.write(participant, samples, MIX_RATE, channels, at),
      held: () => sound.mix.held(participant),
      isWanted: () => !media.muted && !media.held,
      onState: (state) => onState(participant, state),
    });
    const { leg } = peer;
    const { codec } = options;
    const listener: PlainListener = {
      ...{ leg, codec, owner: participant, channel: "" },
      isDeaf: () => media.deaf || media.held,
    };
    this.#check(participant, peer, media);
    this.#byId.set(participant, { peer, listener });
    plain.add(listener);
    return peer.place;
  }

  /** Throws `not-found`. */
  stats(participant: ParticipantId): RtpStats {
    const entry = this.#byId.get(participant);
    if (entry !== undefined) return entry.peer.stats;
    const message = `Participant ${participant} has no RTP here`;
    throw new MixerError("not-found", message);
  }

  /** Call before the mix reads. */
  beforeTick(): void {
    const at = now();
    for (const { peer } of this.#byId.values()) peer.beforeTick(at);
  }

  report(at: Micros): void {
    for (const { peer } of this.#byId.values()) peer.report(at);
  }

  remove(participant: ParticipantId): void {
    const entry = this.#byId.get(participant);
    if (entry === undefined) return;
    this.#byId.delete(participant);
    this.#options.plain.remove(entry.listener);
    entry.peer.close();
  }

  close(): void {
    this.#closed = true;
    for (const participant of [...this.#byId.keys()]) this.remove(participant);
  }

  /** Whoever left, or came a second time, while the ports were opened has no use for them. */
  #check(
    participant: ParticipantId,
    peer: RtpPeer,
    media: ParticipantMedia,
  ): void {
    try {
      if (!this.#closed && this.#options.mediaOf(participant) === media) {
        this.remove(participant);
        return;
      }
    } catch {
      // Has left: told below.
    }
    peer.close();
    throw new MixerError("not-found", `Participant ${participant} has left`);
  }
}
