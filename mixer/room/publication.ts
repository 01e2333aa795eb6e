/** One of a participant's two publications: its ingest, and the newest picture of it. */
import { now } from "../clock.js";
import type { SourceKind } from "../contract.js";
import {
  createIngest,
  type Ingest,
  type IngestOptions,
} from "../ingest/ingest.js";
import type { I420Frame, Micros } from "../media.js";
import { createPictureHold, type PictureHold } from "./picture-hold.js";

export type PublicationOptions = {
  source: SourceKind;
  ice: IngestOptions["ice"];
  sendsStereo: IngestOptions["sendsStereo"];
  stereo: IngestOptions["stereo"];
  onAudio: IngestOptions["onAudio"];
  onPicture: (picture: Picture) => void;
  /** How much longer than on a quiet machine its sound waits to be mixed; its pictures wait as long. */
  lag: () => Micros;
  onState: IngestOptions["onState"];
  onRenewed: IngestOptions["onRenewed"];
};

/** Shared by all who show it, and read-only. */
export type Picture = { frame: I420Frame; at: Micros };

/** Bits per second that the answer asks a sender to keep to, which listens to nothing else: what 1080p takes of each. */
const VIDEO_BITRATE: Record<SourceKind, number> = {
  camera: 2_500_000,
  share: 4_000_000,
};

/**
 * A publication's state.
 *
 * - Its pictures are taken in only while it is `active` (switched on) and `shown` (by some watched view).
 * - The newest picture is kept for views that open later, until it is switched off.
 */
export class Publication {
  readonly ingest: Ingest;
  readonly #hold: PictureHold<Picture>;
  #picture: Picture | undefined;
  #active = true;
  #shown = true;
  #waiting: (() => void)[] = [];

  constructor(options: PublicationOptions) {
    const { source, lag, onPicture } = options;
    this.#hold = createPictureHold(lag, onPicture);
    this.ingest = createIngest({
      ...options,
      videoBitrate: VIDEO_BITRATE[source],
      onVideo: (frame) => this.#take(frame),
    });
  }

  get picture(): Picture | undefined {
    return this.#picture;
  }

  /** Width / height, once there was a picture. */
  get aspect(): number | undefined {
    if (this.#picture === undefined) return undefined;
    const { width, height } = this.#picture.frame;
    return width / height;
  }

  /** Whether pictures that are sent would be taken in. */
  get isOpen(): boolean {
    return this.#active && this.#shown;
  }

  setActive(active: boolean): void {
    this.#active = active;
    if (!active) this.#forget();
    this.ingest.setVideoWanted(this.isOpen);
  }

  setShown(shown: boolean): void {
    this.#shown = shown;
    this.ingest.setVideoWanted(this.isOpen);
  }

  /** Resolves with the next picture, or with the end. */
  nextPicture(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  close(): void {
    this.ingest.close();
    this.#forget();
    this.#answerWaiting();
  }

  #forget(): void {
    this.#picture = undefined;
    this.#hold.clear();
  }

  #take(frame: I420Frame): void {
    this.#picture = { frame, at: now() };
    this.#hold.take(this.#picture);
    if (this.#waiting.length > 0) this.#answerWaiting();
  }

  #answerWaiting(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
