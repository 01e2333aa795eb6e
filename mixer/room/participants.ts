/** Who is in a room, and what each of them sends. */
import { now } from "../clock.js";
import {
  MixerError,
  type IngestStatus,
  type ParticipantId,
  type ParticipantMedia,
} from "../contract.js";
import {
  createIngest,
  type Ingest,
  type IngestOptions,
} from "../ingest/ingest.js";
import type { Sound } from "./sound.js";
import type { View } from "./view.js";

export type ParticipantsOptions = {
  ice: IngestOptions["ice"];
  sound: Sound;
  view: View;
  onIngest: (participant: ParticipantId, state: IngestStatus["state"]) => void;
};

type Participant = { media: ParticipantMedia; ingest: Ingest | undefined };

export class Participants {
  readonly #options: ParticipantsOptions;
  readonly #byId = new Map<ParticipantId, Participant>();

  constructor(options: ParticipantsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Whether anybody sends. */
  get publishing(): boolean {
    for (const { ingest } of this.#byId.values())
      if (ingest !== undefined) return true;
    return false;
  }

  /** Throws `not-found` if nobody has this id. */
  require(id: ParticipantId): Participant {
    const participant = this.#byId.get(id);
    if (participant === undefined)
      throw new MixerError("not-found", `No participant ${id} in this room`);
    return participant;
  }

  add(media: ParticipantMedia): void {
    if (this.#byId.has(media.id)) return this.update(media.id, media);
    const { sound, view } = this.#options;
    this.#byId.set(media.id, { media: { ...media }, ingest: undefined });
    sound.mix.add(media.id);
    sound.mix.setGain(media.id, media.gain);
    sound.mix.setMuted(media.id, media.muted);
    view.compositor.addSource(media.id, media);
  }

  update(id: ParticipantId, change: Partial<ParticipantMedia>): void {
    const { sound, view } = this.#options;
    const { media, ingest } = this.require(id);
    Object.assign(media, change, { id });
    sound.mix.setMuted(id, media.muted);
    sound.mix.setGain(id, media.gain);
    ingest?.setAudioWanted(!media.muted);
    view.compositor.updateSource(id, media);
  }

  remove(id: ParticipantId): void {
    const participant = this.#byId.get(id);
    if (participant === undefined) return;
    this.#byId.delete(id);
    participant.ingest?.close();
    this.#options.sound.mix.remove(id);
    this.#options.view.compositor.removeSource(id);
  }

  /** Answers an offer: of the same peer connection it renegotiates, of another it replaces the publication. */
  async publish(id: ParticipantId, sdp: string): Promise<string> {
    const participant = this.require(id);
    if (participant.ingest?.isFrom(sdp) !== true) {
      participant.ingest?.close();
      participant.ingest = this.#open(participant.media);
    }
    const { ingest } = participant;
    try {
      return await ingest.answer(sdp);
    } catch (error) {
      ingest.close();
      if (participant.ingest === ingest) participant.ingest = undefined;
      throw error;
    }
  }

  unpublish(id: ParticipantId): void {
    const participant = this.require(id);
    participant.ingest?.close();
    participant.ingest = undefined;
  }

  async addCandidate(
    id: ParticipantId,
    candidate: string,
    mid: string,
  ): Promise<void> {
    await this.require(id).ingest?.addCandidate(candidate, mid);
  }

  close(): void {
    for (const id of [...this.#byId.keys()]) this.remove(id);
  }

  #open({ id, muted }: ParticipantMedia): Ingest {
    const { ice, sound, view, onIngest } = this.#options;
    const ingest = createIngest({
      ice,
      onAudio: ({ samples, sampleRate, channelCount }) =>
        sound.mix.write(id, samples, sampleRate, channelCount, now()),
      onVideo: (frame) => view.compositor.putFrame(id, frame, now()),
      onState: (state) => onIngest(id, state),
    });
    ingest.setAudioWanted(!muted);
    return ingest;
  }
}
