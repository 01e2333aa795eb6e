/** A room's live outputs, each tied to the shared encodes of a view and to the full mix. Failure of one is its own. */
import { createAacEncoder } from "../audio/aac.js";
import {
  MixerError,
  type LiveId,
  type LiveOutput,
  type LivePiece,
  type LiveStatus,
  type RenditionName,
  type ViewName,
} from "../contract.js";
import type { EncodedUnit } from "../media.js";
import { createHls } from "../output/live/hls.js";
import { createPush } from "../output/live/push.js";
import type { VideoRendition } from "./rendition.js";
import { rungFor } from "./rungs.js";
import type { Sound } from "./sound.js";
import { tieLive, type LiveSinks } from "./live-tie.js";
import type { View } from "./view.js";
import type { Views } from "./views.js";

export type LivesOptions = {
  views: Views;
  sound: Sound;
  /** How many there are has changed. */
  onChange: () => void;
  onStatus: (status: LiveStatus) => void;
};

/** What is sent, and where to. */
export type LiveStart = { live: LiveId; view: ViewName; output: LiveOutput };

type Live = {
  take?: () => Promise<LivePiece[]>;
  /** Tells of its counters. */
  tell(): void;
  close(): Promise<void>;
};

type Told = Pick<LiveStatus, "state" | "reason">;

/** How often counters are told. */
const TELL_MS = 5_000;
const SOUND_BITRATE = 96_000;

/** The rungs that are meant, best first, each once; `audio` has no picture. */
const picturesOf = (
  view: View,
  wanted: readonly RenditionName[],
): VideoRendition[] => {
  const names = new Set(wanted.map((name) => rungFor(view.rungs, name)));
  return view.rungs
    .filter(({ name }) => names.has(name))
    .map(({ name }) => view.rendition("h264", name));
};

/** A push always has a picture, and a moving one. */
const pushedPicture = (view: View, wanted: RenditionName): VideoRendition => {
  const named = rungFor(view.rungs, wanted === "auto" ? "high" : wanted);
  const moving = named === "slides" || named === "audio" ? "180p" : named;
  return view.rendition("h264", moving);
};

/** What an output does with what it gets, before it is tied to the room. */
type Made = LiveSinks & {
  take?: () => Promise<LivePiece[]>;
  close(): Promise<void> | void;
  readonly counters: LiveStatus["counters"];
};

const makeHls = (
  output: Extract<LiveOutput, { type: "hls" }>,
  { view, config, tell }: Making,
): Made => {
  const renditions = picturesOf(view, output.renditions);
  const hls = createHls({
    lowLatency: output.lowLatency,
    pictures: renditions.map(({ rung, stream }) => ({
      ...rung,
      requestKey: () => stream.requestKey(),
    })),
    sound: { config, channels: 1, bitrate: SOUND_BITRATE },
    onLive: () => tell({ state: "live" }),
  });
  tell({ state: "connecting" });
  return {
    ...hls,
    pictures: renditions.map((rendition, index) => ({
      rendition,
      write: (unit: EncodedUnit) => hls.writeVideo(index, unit),
    })),
  };
};

const makePush = (
  output: Extract<LiveOutput, { type: "push" }>,
  { view, config, tell }: Making,
): Made => {
  const rendition = pushedPicture(view, output.rendition);
  const push = createPush({
    url: output.url,
    video: rendition.rung,
    audio: {
      codec: "aac",
      sampleRate: 48_000,
      channels: 1,
      extradata: config,
    },
    onStatus: tell,
    requestKey: () => rendition.stream.requestKey(),
  });
  return { ...push, pictures: [{ rendition, write: push.writeVideo }] };
};

type Making = { view: View; config: Buffer; tell: (told: Told) => void };

export class Lives {
  readonly #options: LivesOptions;
  readonly #byId = new Map<LiveId, Live>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LivesOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Starts an output, or leaves a running one of this id alone. Throws `not-found` without the view. */
  start({ live, view: name, output }: LiveStart): void {
    if (this.#byId.has(live)) return;
    const { views } = this.#options;
    const view = views.hold(name);
    try {
      this.#byId.set(live, this.#open(live, view, output));
    } catch (error) {
      views.release(view);
      throw error;
    }
    this.#timer ??= setInterval(() => this.#tell(), TELL_MS);
    this.#options.onChange();
  }

  /** Resolves when nothing of it is left. */
  async stop(live: LiveId): Promise<void> {
    const running = this.#byId.get(live);
    if (running === undefined) return;
    this.#byId.delete(live);
    if (this.#byId.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    this.#options.onChange();
    await running.close();
  }

  /** The pieces since the last time. Throws `not-found` for anything but a running HLS output. */
  async take(live: LiveId): Promise<LivePiece[]> {
    const take = this.#byId.get(live)?.take;
    if (take === undefined)
      throw new MixerError("not-found", `No HLS output ${live} runs here`);
    return take();
  }

  async close(): Promise<void> {
    const ids = [...this.#byId.keys()];
    await Promise.allSettled(ids.map((id) => this.stop(id)));
  }

  #tell(): void {
    for (const live of this.#byId.values()) live.tell();
  }

  #open(live: LiveId, view: View, output: LiveOutput): Live {
    const { views, sound, onStatus } = this.#options;
    const aac = createAacEncoder({ channels: 1, bitrate: SOUND_BITRATE });
    let last: Told = { state: "connecting" };
    let made: Made | undefined;
    const none = { bytes: 0, dropped: 0, reconnects: 0 };
    const tell = (told: Told = last): void => {
      last = told;
      onStatus({ live, ...told, counters: { ...(made?.counters ?? none) } });
    };
    const making: Making = { view, config: aac.extradata, tell };
    try {
      made =
        output.type === "hls"
          ? makeHls(output, making)
          : makePush(output, making);
    } catch (error) {
      aac.close();
      throw error;
    }
    const cut = tieLive(made, { aac, sound, view });
    const { take, close } = made;
    return {
      take,
      tell,
      close: async () => {
        cut();
        await close();
        views.release(view);
      },
    };
  }
}
