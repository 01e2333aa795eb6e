/** Who is in a room, and what each of them sends. */
import { now } from "../clock.js";
import {
  MixerError,
  type IngestStatus,
  type ParticipantId,
  type ParticipantMedia,
  type SourceKind,
} from "../contract.js";
import type { Counters } from "../counters.js";
import type { IngestOptions } from "../ingest/ingest.js";
import { parseOffer, sendsVideo } from "../sdp.js";
import { sourceIdOf } from "../video/layouts/index.js";
import type { Load } from "./load.js";
import { Publication } from "./publication.js";
import { isSeen, showIn, sourceOf } from "./shown.js";
import type { Places } from "./places.js";
import type { Sound } from "./sound.js";
import { Tuning } from "./tuning.js";
import type { Uplink, UplinkSource } from "./uplink.js";
import type { View } from "./view.js";

export type ParticipantsOptions = {
  mixer: IngestOptions["ice"];
  counters: Counters;
  load: Load;
  sound: Sound;
  places: Places;
  /** A voice stays as it was. */
  onError: (error: unknown) => void;
  views: () => Iterable<View>;
  onIngest: (
    participant: ParticipantId,
    source: SourceKind,
    state: IngestStatus["state"],
  ) => void;
};

type Participant = {
  media: ParticipantMedia;
  published: Partial<Record<SourceKind, Publication>>;
  /** Its screen is a source of the views and of the sound. */
  shares: boolean;
};

const KINDS: readonly SourceKind[] = ["camera", "share"];
/** Who has been hidden sends again within this time, if at all: a key frame has to be asked for and encoded. */
const PICTURES_WITHIN_MS = 700;

/**
 * A room's participants.
 *
 * - Everybody's camera is a source of every view, from the first to the last moment; a screen is one while it is
 *   published and said to be shared.
 * - Of the sound, a participant owns its voice and what its screen plays, and hears neither.
 */
export class Participants {
  readonly #options: ParticipantsOptions;
  readonly #byId = new Map<ParticipantId, Participant>();
  readonly #tuning: Tuning;

  constructor(options: ParticipantsOptions) {
    this.#options = options;
    this.#tuning = new Tuning(options);
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Whether anybody sends. */
  get publishing(): boolean {
    for (const { published } of this.#byId.values())
      if (published.camera ?? published.share) return true;
    return false;
  }

  has(id: ParticipantId): boolean {
    return this.#byId.has(id);
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
    const participant: Participant = {
      media: { ...media },
      published: {},
      shares: false,
    };
    this.#byId.set(media.id, participant);
    this.#options.sound.mix.add(media.id);
    this.#tuning.tune(participant.media, participant.shares);
    for (const view of this.#views()) showIn(view, participant, "camera");
  }

  update(id: ParticipantId, change: Partial<ParticipantMedia>): void {
    const participant = this.require(id);
    const { media } = participant;
    Object.assign(media, change, { id });
    this.#wantMedia(participant);
    this.#refreshShare(participant);
    this.#tuning.tune(participant.media, participant.shares);
    for (const view of this.#views())
      for (const kind of KINDS)
        view.compositor.updateSource(
          sourceIdOf(id, kind),
          sourceOf(view, media, kind),
        );
  }

  /** The room has other channels than before: what depends on them follows. */
  retune(): void {
    const { onError } = this.#options;
    for (const { media, shares, published } of this.#byId.values()) {
      this.#tuning.tune(media, shares);
      for (const source of KINDS)
        published[source]?.ingest.followStereo().catch(onError);
    }
  }

  remove(id: ParticipantId): void {
    const participant = this.#byId.get(id);
    if (participant === undefined) return;
    for (const source of KINDS) this.unpublish(id, source);
    this.#byId.delete(id);
    this.#tuning.forget(id);
    this.#options.sound.remove(id);
    for (const view of this.#views()) view.compositor.removeSource(id);
  }

  /** A new view shows everybody who is there, with the picture that is there. */
  showIn(view: View): void {
    for (const participant of this.#byId.values()) {
      showIn(view, participant, "camera");
      if (participant.shares) showIn(view, participant, "share");
    }
  }

  /** Answers an offer: of the same peer connection it renegotiates, of another it replaces the publication. */
  async publish(
    id: ParticipantId,
    source: SourceKind,
    sdp: string,
  ): Promise<string> {
    const participant = this.require(id);
    const { published } = participant;
    if (published[source]?.ingest.isFrom(sdp) !== true) {
      if (published[source]?.ingest.sendsVideo !== true) this.#checkRoom(sdp);
      published[source]?.close();
      published[source] = this.#open(participant, source);
      this.#wantMedia(participant);
    }
    this.#refreshShare(participant);
    const publication = published[source];
    try {
      return await publication.ingest.answer(sdp);
    } catch (error) {
      if (published[source] === publication) this.unpublish(id, source);
      throw error;
    }
  }

  unpublish(id: ParticipantId, source: SourceKind): void {
    const participant = this.require(id);
    participant.published[source]?.close();
    participant.published[source] = undefined;
    this.#refreshShare(participant);
  }

  async addCandidate(
    {
      participant,
      source = "camera",
    }: { participant: ParticipantId; source?: SourceKind },
    candidate: string,
    mid: string,
  ): Promise<void> {
    const { published } = this.require(participant);
    await published[source]?.ingest.addCandidate(candidate, mid);
  }

  /** Everything that is sent with a picture. */
  sources(): UplinkSource[] {
    const sources: UplinkSource[] = [];
    for (const [participant, { published }] of this.#byId)
      for (const source of KINDS) {
        const publication = published[source];
        if (publication?.ingest.sendsVideo !== true) continue;
        sources.push({ participant, source, aspect: publication.aspect });
      }
    return sources;
  }

  /** Takes in only what is shown. */
  follow(isShown: Uplink["isShown"]): void {
    for (const [id, { published }] of this.#byId)
      for (const source of KINDS)
        published[source]?.setShown(isShown(id, source));
  }

  /** Resolves when everybody who can be seen has sent a picture; at the latest after 0.7 s. */
  async nextPictures(): Promise<void> {
    const awaited: Promise<void>[] = [];
    for (const { published } of this.#byId.values())
      for (const source of KINDS) {
        const publication = published[source];
        if (publication?.ingest.sendsVideo && publication.isOpen)
          awaited.push(publication.nextPicture());
      }
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, PICTURES_WITHIN_MS);
    });
    await Promise.race([Promise.all(awaited), limit]);
    clearTimeout(timer);
  }

  close(): void {
    for (const id of [...this.#byId.keys()]) this.remove(id);
  }

  #views(): Iterable<View> {
    return this.#options.views();
  }

  /** Throws `overloaded` for a further picture when there are more than can be mixed. */
  #checkRoom(sdp: string): void {
    if (this.#options.load.level < 4 || !sendsVideo(parseOffer(sdp))) return;
    throw new MixerError(
      "overloaded",
      "The server is at its limit and takes no further camera",
    );
  }

  /** What is neither heard nor seen is not even decoded into samples and pictures. */
  #wantMedia({ media, published: { camera, share } }: Participant): void {
    camera?.ingest.setAudioWanted(!media.muted && !media.held);
    camera?.setActive(media.camera && !media.held);
    share?.ingest.setAudioWanted(!media.held);
  }

  /** A screen comes to the views and to the sound when it is both published and said to be shared, and goes with either, or on hold. */
  #refreshShare(participant: Participant): void {
    const { media, published } = participant;
    const shares =
      media.sharing && !media.held && published.share !== undefined;
    if (shares === participant.shares) return;
    participant.shares = shares;
    const { mix } = this.#options.sound;
    const id = sourceIdOf(media.id, "share");
    if (shares) mix.add(id, media.id);
    else mix.remove(id);
    this.#tuning.tune(participant.media, participant.shares);
    for (const view of this.#views())
      if (shares) showIn(view, participant, "share");
      else view.compositor.removeSource(id);
  }

  #open({ media }: Participant, source: SourceKind): Publication {
    const { mixer: ice, counters, sound, onIngest } = this.#options;
    const id = sourceIdOf(media.id, source);
    return new Publication({
      source,
      ice,
      // In a mono room too, which may become stereo: of an offer that is answered nobody is asked again.
      sendsStereo: () => source === "share" || media.music,
      stereo: () => sound.channels === 2,
      onAudio: ({ samples, sampleRate, channelCount }) =>
        sound.mix.write(id, samples, sampleRate, channelCount, now()),
      lag: () => sound.mix.lagOf(id),
      onPicture: ({ frame, at }) => {
        counters.framesReceived++;
        for (const view of this.#views())
          if (isSeen(view, media)) view.compositor.putFrame(id, frame, at);
      },
      onState: (state) => onIngest(media.id, source, state),
      onRenewed: () => void counters.soundsRenewed++,
    });
  }
}
