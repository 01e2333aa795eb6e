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

type Recording = {
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<RecordingResult>;
};

/** What is recorded. */
export type Recorded = {
  recording: RecordingId;
  format: RecordingFormat;
  view: ViewName;
  rendition: RenditionName;
  paused?: boolean;
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

  async pause(recording: RecordingId): Promise<void> {
    await (await this.#find(recording)).pause();
  }

  async resume(recording: RecordingId): Promise<void> {
    await (await this.#find(recording)).resume();
  }

  /** Resolves when the file is final. */
  async stop(recording: RecordingId): Promise<RecordingResult> {
    const running = this.#find(recording);
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

  #find(recording: RecordingId): Promise<Recording> {
    const running = this.#byId.get(recording);
    if (running === undefined)
      throw new MixerError("not-found", `No recording ${recording} runs here`);
    return running;
  }

  /** The view is needed until the recording stops, even if it is removed meanwhile. */
  async #hold(recorded: Recorded): Promise<Recording> {
    const { views } = this.#options;
    const view = views.hold(recorded.view);
    try {
      const { stop, ...started } = await this.#start(recorded, view);
      return {
        ...started,
        stop: () => stop().finally(() => views.release(view)),
      };
    } catch (error) {
      views.release(view);
      throw error;
    }
  }

  async #start(
    { recording, format, rendition: wanted, paused }: Recorded,
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
      paused,
      video: { width, height, fps },
      audio: { sampleRate: 48_000, channels: 1, extradata: aac.extradata },
      onStatus: (status) => {
        if (status.state === "failed") tied.cut?.();
        onStatus(recording, status);
      },
      requestKey: () => rendition.stream.requestKey(),
    });
    const tie = tieRecorder(recorder, aac, sound, rendition);
    const cut = (): void => {
      tie.cut();
      view.refresh();
    };
    const watch = (on: boolean): void => {
      tie.watch(on);
      view.refresh();
    };
    watch(paused !== true);
    tied.cut = cut;
    return {
      pause: () => {
        watch(false);
        return recorder.pause();
      },
      resume: () => {
        watch(true);
        return recorder.resume();
      },
      stop: () => {
        cut();
        return recorder.stop();
      },
    };
  }
}

/** `watch`: pictures come, and cost an encode, only while it is on. */
type Tie = { watch(on: boolean): void; cut(): void };

/** Feeds the recorder until it is cut off; keeps the rendition's encode running, whoever else watches. Cuts once. */
const tieRecorder = (
  recorder: Recorder,
  aac: ReturnType<typeof createAacEncoder>,
  sound: Sound,
  rendition: VideoRendition,
): Tie => {
  const writeVideo = (unit: EncodedUnit): void => recorder.writeVideo(unit);
  const writeAudio: SamplesSink = (samples, pts) => {
    for (const unit of aac.encode(samples, pts)) recorder.writeAudio(unit);
  };
  let over = false;
  let watching = false;
  const watch = (on: boolean): void => {
    if (over || on === watching) return;
    watching = on;
    if (on) rendition.addSink(writeVideo);
    else rendition.removeSink(writeVideo);
  };
  sound.addSink(writeAudio);
  return {
    watch,
    cut: () => {
      watch(false);
      if (over) return;
      over = true;
      sound.removeSink(writeAudio);
      for (const unit of aac.flush()) recorder.writeAudio(unit);
      aac.close();
    },
  };
};
