/** A room's running recordings, each tied to the shared encode of a view and to the full mix. */
import {
  MixerError,
  type RecordingId,
  type RecordingRequests,
  type RecordingResult,
  type RecordingStatus,
} from "../contract.js";
import type { Channels } from "../audio/planes.js";
import { FORMATS } from "../output/formats.js";
import { startRecorder, type Recorder } from "../output/recorder.js";
import { openRecordedSound, type RecordedSound } from "./recorded-sound.js";
import {
  openRecordingPicture,
  type RecordingPicture,
} from "./recording-picture.js";
import { openRecordedTracks, type RecordedTracks } from "./recorded-tracks.js";
import type { SamplesSink, Sound } from "./sound.js";
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
  mask(masked: boolean): void;
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<RecordingResult>;
};

/** What is recorded. A format without a picture has nothing of view and rendition. */
export type Recorded = Omit<
  RecordingRequests["recording.start"]["params"],
  "room"
>;

export class Recordings {
  readonly #options: RecordingsOptions;
  readonly #byId = new Map<RecordingId, Promise<Recording>>();
  #masked = false;

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
    this.mask(this.#options.sound.leavesOut);
    const starting = this.#start(recorded);
    this.#byId.set(recording, starting);
    try {
      await starting;
    } catch (error) {
      this.#byId.delete(recording);
      throw error;
    }
  }

  /** Whether somebody is there who is not to be in any file. */
  mask(masked: boolean): void {
    if (masked === this.#masked) return;
    this.#masked = masked;
    for (const starting of this.#byId.values())
      starting.then(
        (recording) => recording.mask(this.#masked),
        // Whoever started it is told.
        () => undefined,
      );
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

  async #start(recorded: Recorded): Promise<Recording> {
    const { views } = this.#options;
    const { format, view, rendition, paused } = recorded;
    const { picture: codec, sound } = FORMATS[format];
    const tied: { recorder?: Recorder } = {};
    const picture =
      codec &&
      openRecordingPicture({
        ...{ views, codec, view, rendition },
        write: (unit) => tied.recorder?.writeVideo(unit),
      });
    picture?.mask(this.#masked);
    try {
      const encoder = openRecordedSound(sound, this.#channelsOf(recorded));
      const tie = createTie(this.#options.sound, encoder, picture);
      const recorder = await this.#open(recorded, encoder, picture, tie);
      tied.recorder = recorder;
      const tracks = await this.#openTracks(recorded, recorder);
      tie.begin(recorder, tracks);
      picture?.watch(paused !== true);
      tracks?.watch(paused !== true);
      return recordingOf({ recorder, tie, picture, tracks });
    } catch (error) {
      picture?.close();
      throw error;
    }
  }

  #channelsOf({ stereo }: Recorded): Channels {
    if (stereo === undefined) return this.#options.sound.channels;
    return stereo ? 2 : 1;
  }

  async #openTracks(
    recorded: Recorded,
    recorder: Recorder,
  ): Promise<RecordedTracks | undefined> {
    const { recording, tracks: kind = "none" } = recorded;
    if (kind === "none") return undefined;
    const { directory, sound, views, onStatus } = this.#options;
    const channels = this.#channelsOf(recorded);
    const parts = { directory, recording, kind, channels };
    const sources = { sound, views, recorder };
    const onProblem = (reason: string): void =>
      onStatus(recording, { state: "recording", reason });
    return openRecordedTracks({ ...parts, ...sources, onProblem });
  }

  #open(
    { recording, format, paused }: Recorded,
    encoder: RecordedSound,
    picture: RecordingPicture | undefined,
    tie: Tie,
  ): Promise<Recorder> {
    const { directory, onStatus } = this.#options;
    return startRecorder({
      ...{ directory, recording, format, paused },
      video: picture?.size,
      audio: encoder.format,
      onStatus: (status) => {
        const tell = (): void => onStatus(recording, status);
        // Whoever is told of the end may make whole what is there: by then nobody writes any more.
        if (status.state === "failed") void tie.cut().then(tell);
        else tell();
      },
      requestKey: () => picture?.requestKey(),
    });
  }
}

/** Feeds the recorder with sound until it is cut off, from both. Cuts once. */
type Tie = {
  begin(recorder: Recorder, tracks: RecordedTracks | undefined): void;
  /** Resolves when nothing is written beside it. */
  cut(): Promise<void>;
};

const createTie = (
  sound: Sound,
  encoder: RecordedSound,
  picture: RecordingPicture | undefined,
): Tie => {
  let recorder: Recorder | undefined;
  const write: SamplesSink = (samples, pts) => {
    for (const unit of encoder.encode(samples, pts)) recorder?.writeAudio(unit);
  };
  let tracks: RecordedTracks | undefined;
  let over = false;
  return {
    begin: (begun, beside) => {
      if (over) return void beside?.close();
      recorder = begun;
      tracks = beside;
      sound.addFileSink(write);
    },
    cut: async () => {
      picture?.close();
      if (!over) {
        over = true;
        sound.removeFileSink(write);
        for (const unit of encoder.end()) recorder?.writeAudio(unit);
      }
      await tracks?.close();
    },
  };
};

type Parts = {
  recorder: Recorder;
  tie: Tie;
  picture: RecordingPicture | undefined;
  tracks: RecordedTracks | undefined;
};

const recordingOf = ({ recorder, tie, picture, tracks }: Parts): Recording => ({
  mask: (masked) => picture?.mask(masked),
  pause: () => {
    picture?.watch(false);
    tracks?.watch(false);
    return recorder.pause();
  },
  resume: () => {
    picture?.watch(true);
    tracks?.watch(true);
    return recorder.resume();
  },
  stop: async () => {
    void tie.cut();
    const [result, beside] = await Promise.all([
      recorder.stop(),
      tracks?.close(),
    ]);
    return beside === undefined ? result : { ...result, tracks: beside };
  },
});
