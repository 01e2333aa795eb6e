/** One participant's picture from its file, each at its time. */
import { startDecoder, type Decoder } from "../feed/decoder.js";
import { pictureSize } from "../ffmpeg.js";
import type { RenderVideo } from "../contract.js";
import type { I420Frame, Micros } from "../media.js";
import { fileInput } from "../feed/arguments.js";
import { footageArguments } from "./arguments.js";
import type { Size } from "./sizes.js";

export type FootageOptions = {
  video: RenderVideo;
  /** Larger pictures are never seen. */
  most: Size;
};

export type Footage = {
  /**
   * The newest picture up to `time` (of the recording; never less than before), if there is a newer one than last
   * time. It stays what it is until a newer one is given. Rejects when the file cannot be decoded at all.
   */
  until(time: Micros): Promise<I420Frame | undefined>;
  /** Idempotent. */
  close(): Promise<void>;
};

type Timed = { frame: I420Frame; time: Micros };

/** Pictures that wait to be seen: ffmpeg works ahead by so many, which are 4 MB of 720p. */
const AHEAD = 3;
/** It decodes 720p at 16 times its speed, and there is one for each who is seen. */
const ONE_THREAD = ["-threads", "1"];
/** A file is opened this long before its first picture is needed. */
const EARLY: Micros = 1_000_000;

/** Its own size, or as much of it as fills the largest tile; even. */
const sizeFor = (own: Size, most: Size): Size => {
  const { width, height } = own;
  const scale = Math.min(1, Math.max(most.width / width, most.height / height));
  const even = (value: number) => Math.max(2, Math.round(value / 2) * 2);
  return { width: even(width * scale), height: even(height * scale) };
};

/** What comes out of ffmpeg, in order; memory is used again. */
const createQueue = () => {
  const waiting: Timed[] = [];
  const spare: Uint8Array[] = [];
  let coming: I420Frame | undefined;
  /** The one that was given away last. */
  let shown: Timed | undefined;
  let came = (): void => undefined;
  return {
    waiting,
    sink: {
      picture: ({ width, height }: Size) => {
        const bytes = (width * height * 3) / 2;
        const data = spare.pop() ?? new Uint8Array(bytes);
        coming = { width, height, data };
        return data;
      },
      pictureDone: (time: Micros) => {
        waiting.push({ frame: coming!, time });
        came();
      },
      sound: () => undefined,
    },
    /** The next news: a picture, or the end. */
    news: () => new Promise<void>((resolve) => (came = resolve)),
    tell: () => came(),
    skip: (timed: Timed) => spare.push(timed.frame.data),
    show: (timed: Timed): I420Frame => {
      if (shown !== undefined) spare.push(shown.frame.data);
      shown = timed;
      return timed.frame;
    },
  };
};

type Queue = ReturnType<typeof createQueue>;

type Film = {
  decoder: Decoder;
  state: { ended: boolean; failure?: string };
};

const open = async (
  { video: { path, start }, most }: FootageOptions,
  from: Micros,
  queue: Queue,
): Promise<Film> => {
  const { width, height } = sizeFor(await pictureSize(path), most);
  const state: Film["state"] = { ended: false };
  const zero = start * 1_000_000;
  const position = Math.max(0, from - zero);
  let any = false;
  const input = fileInput(path);
  const decoder = startDecoder({
    input: { ...input, options: [...input.options, ...ONE_THREAD] },
    position,
    picture: true,
    output: footageArguments(width, height),
    sink: {
      ...queue.sink,
      hasPictures: () => undefined,
      pictureDone: (at) => {
        any = true;
        queue.sink.pictureDone(zero + position + at);
      },
    },
    isFull: () => queue.waiting.length >= AHEAD,
    onDuration: () => undefined,
    onEnd: ({ ok, message }) => {
      state.ended = true;
      // What is torn at its end was seen until there.
      if (!ok && !any) state.failure = message;
      queue.tell();
    },
  });
  return { decoder, state };
};

export const createFootage = (options: FootageOptions): Footage => {
  const queue = createQueue();
  const { waiting } = queue;
  const { path, start } = options.video;
  let film: Promise<Film> | undefined;
  let closed = false;

  /** All that is not later than `time` is taken; true when a later one is there. */
  const take = (time: Micros, found: { newest?: Timed }): boolean => {
    while (waiting[0] !== undefined && waiting[0].time <= time) {
      if (found.newest !== undefined) queue.skip(found.newest);
      found.newest = waiting.shift();
    }
    return waiting.length > 0;
  };
  const until = async (time: Micros): Promise<I420Frame | undefined> => {
    if (closed || time < start * 1_000_000 - EARLY) return undefined;
    const { decoder, state } = await (film ??= open(options, time, queue));
    const found: { newest?: Timed } = {};
    while (!take(time, found) && !state.ended) {
      const news = queue.news();
      decoder.resume();
      await news;
    }
    if (state.failure !== undefined)
      throw new Error(`${path}: ${state.failure}`);
    return found.newest && queue.show(found.newest);
  };
  return {
    until,
    close: async () => {
      closed = true;
      queue.tell();
      const opened = await film?.catch(() => undefined);
      if (opened !== undefined) opened.state.ended = true;
      queue.tell();
      await opened?.decoder.close();
    },
  };
};
