/** One run of ffmpeg that decodes a file or an address into raw pictures and sound, as fast as they are taken. */
import { Writable } from "node:stream";
import { runFfmpeg, type FfmpegEnd, type FfmpegOptions } from "../ffmpeg.js";
import type { Micros } from "../media.js";
import { outputArguments, seekArguments, type Input } from "./arguments.js";
import { MediaReader, type ReaderSink } from "./reader.js";

type Child = Parameters<NonNullable<FfmpegOptions["onStart"]>>[0];

export type DecoderOptions = {
  input: Input;
  /** Where in the source it begins. */
  position: Micros;
  /** False: the sound alone. */
  picture: boolean;
  /** In place of ffmpeg's usual output options; raw Matroska too. */
  output?: string[];
  sink: ReaderSink;
  /** It gets ready, and nothing is taken until `release`. */
  held?: boolean;
  /** Asked after each piece: true makes ffmpeg wait until `resume`. */
  isFull: () => boolean;
  /** Seconds; undefined of a source that has no end. */
  onDuration: (duration: number | undefined) => void;
  /** It has ended by itself and everything was taken. Not after `close`. */
  onEnd: (end: FfmpegEnd) => void;
};

export type Decoder = {
  /** There may be room again. */
  resume: () => void;
  /** Its turn has come. */
  release: () => void;
  /** Kills it. Idempotent; resolves when it is gone. */
  close: () => Promise<void>;
};

type Taker = {
  readonly stream: Writable;
  /** Everything was taken. */
  readonly drained: Promise<void>;
  resume: () => void;
  release: () => void;
  /** Whatever comes still is thrown away. */
  close: () => void;
};

/** Takes what ffmpeg writes, and lets it wait while there is no room. */
const createTaker = ({
  sink,
  isFull,
  held = false,
}: Pick<DecoderOptions, "sink" | "isFull" | "held">): Taker => {
  const reader = new MediaReader(sink);
  let mayTake = !held;
  let waiting: (() => void) | undefined;
  let closed = false;
  let drain = (): void => undefined;
  const drained = new Promise<void>((resolve) => (drain = resolve));
  const take = (chunk: Buffer, done: (error?: Error) => void): void => {
    if (closed) return done();
    try {
      reader.push(chunk);
    } catch (error) {
      return done(error as Error);
    }
    if (isFull()) waiting = done;
    else done();
  };
  const stream = new Writable({
    highWaterMark: 1,
    write: (chunk: Buffer, _encoding, done) => {
      if (mayTake) take(chunk, done);
      else waiting = () => take(chunk, done);
    },
    final: (done) => {
      drain();
      done();
    },
  });
  const resume = (): void => {
    const done = waiting;
    waiting = undefined;
    done?.();
  };
  const release = (): void => {
    mayTake = true;
    resume();
  };
  const close = (): void => {
    closed = true;
    resume();
  };
  return { stream, drained, resume, release, close };
};

export const startDecoder = (options: DecoderOptions): Decoder => {
  const { input, position, picture, onEnd } = options;
  const { stream, drained, resume, release, ...taker } = createTaker(options);
  let child: Child | undefined;
  let closed = false;
  const end = (): void => {
    child?.kill("SIGKILL");
    // Unread, what is in the pipe would hold it open.
    child?.stdout?.destroy();
  };
  const { ended } = runFfmpeg({
    input: input.url,
    output: stream,
    arguments: {
      input: [...seekArguments(position), ...input.options],
      output: options.output ?? outputArguments(picture),
    },
    onDuration: options.onDuration,
    onStart: (started) => {
      child = started;
      if (closed) end();
    },
  });
  void ended.then(async (how) => {
    if (how.ok) await drained;
    if (!closed) onEnd(how);
  });
  return {
    resume,
    release,
    close: async () => {
      closed = true;
      taker.close();
      end();
      await ended;
    },
  };
};
