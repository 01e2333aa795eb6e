/** A room's running recordings, each tied to the shared encode of a view and to the full mix. */
import { createAacEncoder } from "../audio/aac.js";
import {
  MixerError,
  type RecordingFormat,
  type RecordingId,
  type RecordingResult,
  type RecordingStatus,
  type RenditionName,
  type ViewName,
} from "../contract.js";
import type { EncodedUnit } from "../media.js";
import { startRecorder, type Recorder } from "../output/recorder.js";
import type { VideoRendition } from "./rendition.js";
import { rungFor } from "./rungs.js";
import type { SamplesSink, Sound } from "./sound.js";
import type { View } from "./view.js";
import type { Views } from "./views.js";

export type RecordingsOptions = {
  directory: string;
  views: Views;
  sound: Sound;
  onStatus: (
    recording: RecordingId,
    status: Pick<RecordingStatus, "state" | "reason">,
  ) => void;
};

type Recording = { stop: () => Promise<RecordingResult> };

/** What is recorded. */
export type Recorded = {
  recording: RecordingId;
  format: RecordingFormat;
  view: ViewName;
  rendition: RenditionName;
};

/** What is recorded of a view: a moving picture, of 720p unless another size is wished. */
const recordedRendition = (
  view: View,
  wanted: RenditionName,
): VideoRendition => {
  const named = rungFor(view.rungs, wanted === "auto" ? "high" : wanted);
  const moving = named === "slides" || named === "audio" ? "180p" : named;
  return view.rendition("h264", moving);
};

export class Recordings {
  readonly #options: RecordingsOptions;
  readonly #byId = new Map<RecordingId, Promise<Recording>>();

  constructor(options: RecordingsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Starts a recording, or leaves a running one of this id alone. */
  async start(recorded: Recorded): Promise<void> {
    const { recording } = recorded;
    if (this.#byId.has(recording)) return;
    const starting = this.#hold(recorded);
    this.#byId.set(recording, starting);
    try {
      await starting;
    } catch (error) {
      this.#byId.delete(recording);
      throw error;
    }
  }

  /** Resolves when the file is final. */
  async stop(recording: RecordingId): Promise<RecordingResult> {
    const running = this.#byId.get(recording);
    if (running === undefined)
      throw new MixerError("not-found", `No recording ${recording} runs here`);
    try {
      return await (await running).stop();
    } finally {
      this.#byId.delete(recording);
    }
  }

  async close(): Promise<void> {
    const ids = [...this.#byId.keys()];
    await Promise.allSettled(ids.map((id) => this.stop(id)));
  }

  /** The view is needed until the recording stops, even if it is removed meanwhile. */
  async #hold(recorded: Recorded): Promise<Recording> {
    const { views } = this.#options;
    const view = views.hold(recorded.view);
    try {
      const { stop } = await this.#start(recorded, view);
      return { stop: () => stop().finally(() => views.release(view)) };
    } catch (error) {
      views.release(view);
      throw error;
    }
  }

  async #start(
    { recording, format, rendition: wanted }: Recorded,
    view: View,
  ): Promise<Recording> {
    const { sound, directory, onStatus } = this.#options;
    const rendition = recordedRendition(view, wanted);
    const { width, height, fps } = rendition.rung;
    const aac = createAacEncoder({ channels: 1 });
    const tied: { cut?: () => void } = {};
    const recorder = await startRecorder({
      directory,
      recording,
      format,
      video: { width, height, fps },
      audio: { sampleRate: 48_000, channels: 1, extradata: aac.extradata },
      onStatus: (status) => {
        if (status.state === "failed") tied.cut?.();
        onStatus(recording, status);
      },
      requestKey: () => rendition.stream.requestKey(),
    });
    const untie = tieRecorder(recorder, aac, sound, rendition);
    const cut = (): void => {
      untie();
      view.refresh();
    };
    view.refresh();
    tied.cut = cut;
    return {
      stop: () => {
        cut();
        return recorder.stop();
      },
    };
  }
}

/** Feeds the recorder until it is cut off; keeps the rendition's encode running, whoever else watches. Cuts once. */
const tieRecorder = (
  recorder: Recorder,
  aac: ReturnType<typeof createAacEncoder>,
  sound: Sound,
  rendition: VideoRendition,
): (() => void) => {
  const writeVideo = (unit: EncodedUnit): void => recorder.writeVideo(unit);
  const writeAudio: SamplesSink = (samples, pts) => {
    for (const unit of aac.encode(samples, pts)) recorder.writeAudio(unit);
  };
  let cut = false;
  rendition.addSink(writeVideo);
  sound.addSink(writeAudio);
  return () => {
    if (cut) return;
    cut = true;
    rendition.removeSink(writeVideo);
    sound.removeSink(writeAudio);
    for (const unit of aac.flush()) recorder.writeAudio(unit);
    aac.close();
  };
};
