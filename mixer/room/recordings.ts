/** A room's running recordings, each tied to the shared encode of a view and to the full mix. */
import { createAacEncoder } from "../audio/aac.js";
import {
  MixerError,
  type RecordingFormat,
  type RecordingId,
  type RecordingResult,
  type RecordingStatus,
  type VideoOptions,
} from "../contract.js";
import type { EncodedUnit } from "../media.js";
import { startRecorder, type Recorder } from "../output/recorder.js";
import type { SamplesSink, Sound } from "./sound.js";
import type { View } from "./view.js";

export type RecordingsOptions = {
  directory: string;
  video: VideoOptions;
  view: View;
  sound: Sound;
  onStatus: (
    recording: RecordingId,
    status: Pick<RecordingStatus, "state" | "reason">,
  ) => void;
};

type Recording = { stop: () => Promise<RecordingResult> };

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
  async start(recording: RecordingId, format: RecordingFormat): Promise<void> {
    if (this.#byId.has(recording)) return;
    const starting = this.#start(recording, format);
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

  async #start(
    recording: RecordingId,
    format: RecordingFormat,
  ): Promise<Recording> {
    const { view, sound, directory, video, onStatus } = this.#options;
    const aac = createAacEncoder({ channels: 1 });
    const tied: { cut?: () => void } = {};
    const recorder = await startRecorder({
      directory,
      recording,
      format,
      video,
      audio: { sampleRate: 48_000, channels: 1, extradata: aac.extradata },
      onStatus: (status) => {
        if (status.state === "failed") tied.cut?.();
        onStatus(recording, status);
      },
      requestKey: () => view.rendition("h264").stream.requestKey(),
    });
    const { cut } = tieRecorder(recorder, aac, sound, view);
    tied.cut = cut;
    return {
      stop: () => {
        cut();
        return recorder.stop();
      },
    };
  }
}

/** Feeds the recorder until it is cut off; keeps the view's H.264 encode running, whoever else watches. */
const tieRecorder = (
  recorder: Recorder,
  aac: ReturnType<typeof createAacEncoder>,
  sound: Sound,
  view: View,
): { cut: () => void } => {
  const rendition = view.rendition("h264");
  const writeVideo = (unit: EncodedUnit): void => recorder.writeVideo(unit);
  const writeAudio: SamplesSink = (samples, pts) => {
    for (const unit of aac.encode(samples, pts)) recorder.writeAudio(unit);
  };
  let cut = false;
  rendition.addSink(writeVideo);
  sound.addSink(writeAudio);
  view.refresh();
  return {
    cut: () => {
      if (cut) return;
      cut = true;
      rendition.removeSink(writeVideo);
      sound.removeSink(writeAudio);
      view.refresh();
      for (const unit of aac.flush()) recorder.writeAudio(unit);
      aac.close();
    },
  };
};
