/** One participant's own sound in a file of its own, with the recording's time. */
import { open, readFile, truncate, type FileHandle } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { createOpusEncoder, type OpusEncoder } from "../../audio/opus.js";
import { TICK_SAMPLES, type Micros } from "../../media.js";
import { createGrid } from "./grid.js";
import { createOggOpus, findOggEnd, type OggEnd } from "./ogg.js";

export type TrackOptions = {
  path: string;
  /** Shown by players. */
  title: string;
  channels: 1 | 2;
  /** Where in the recording it begins; silence until then. */
  begin: Micros;
  /** Told once: nothing more is written then, and what is there is kept. */
  onError: (error: Error) => void;
};

export type Track = {
  /** A tick that begins at `time` in the recording; undefined is silence. Copied, never blocks, never throws. */
  write(samples: Int16Array | undefined, time: Micros): void;
  /** Resolves when all of it, with silence up to `time`, is on disk. Idempotent; never rejects. */
  close(time: Micros): Promise<void>;
};

/** A page a second: what a SIGKILL takes. */
const PAGE_FRAMES = 50;
/** A disk that has not taken a page after half a minute, in ms, takes nothing at all. */
const LONGEST_WAIT = 30_000;
/** libopus looks ahead 2.5 ms at 48 kHz with `application=lowdelay`. */
const PRE_SKIP = 120;
/** Ticks of silence that go through the encoder, so that what it still holds is in the file. */
const TAIL = 3;
/** A voice alone, to be worked on afterwards: transparent for speech. A channel. */
const BITRATE = 48_000;
/** Of 10; at this bitrate what more of it gives is not heard, and costs. */
const COMPLEXITY = 3;

/** 20 ms of silence, by its table of contents alone: CELT, full band, one frame (RFC 6716, section 3.1). */
const SILENCE = {
  1: Buffer.from([0xf8, 0xff, 0xfe]),
  2: Buffer.from([0xfc, 0xff, 0xfe]),
} as const;

const findEnd = async (path: string): Promise<OggEnd | undefined> => {
  try {
    return findOggEnd(await readFile(path));
  } catch {
    return undefined;
  }
};

/** Appends one after the other; whatever waits is bounded. */
const createAppender = (file: FileHandle, onError: (error: Error) => void) => {
  let writing: Promise<unknown> = Promise.resolve();
  /** Pages that are not written yet, and when the disk took the last one. */
  let waiting = 0;
  let tookAt = 0;
  let broken = false;
  const fail = (error: Error): void => {
    if (!broken) onError(error);
    broken = true;
  };
  return {
    append: (bytes: Buffer): void => {
      if (broken) return;
      const now = performance.now();
      if (waiting === 0) tookAt = now;
      if (now - tookAt > LONGEST_WAIT)
        return fail(new Error("The disk is too slow for this track"));
      waiting++;
      writing = writing
        .then(() => (broken ? undefined : file.appendFile(bytes)))
        .catch(fail)
        .finally(() => {
          waiting--;
          tookAt = performance.now();
        });
    },
    close: async (): Promise<void> => {
      await writing;
      await file.datasync().catch(fail);
      await file.close();
    },
  };
};

type Appender = ReturnType<typeof createAppender>;

/** Frames into packets, packets into pages, pages into the file. */
const createPages = (
  { title, channels }: TrackOptions,
  end: OggEnd | undefined,
  file: Appender,
) => {
  const ogg = createOggOpus(
    { channels, title, preSkip: PRE_SKIP, serial: 1 },
    end,
  );
  if (end === undefined) file.append(ogg.head);
  const zeros = new Int16Array(TICK_SAMPLES * channels);
  let encoder: OpusEncoder | undefined;
  let silent = TAIL;
  let frames = 0;
  const open = (): OpusEncoder => {
    const opened = createOpusEncoder({
      channels,
      bitrate: BITRATE * channels,
      complexity: COMPLEXITY,
      fec: false,
      // One mode: a change of modes after our own silence would swallow the first syllable.
      application: "lowdelay",
    });
    // So that it expects of a decoder what that is in after our own silence: else the first syllable is too low.
    for (let tick = 0; tick < TAIL; tick++) opened.encode(zeros);
    return opened;
  };
  const encode = (samples: Int16Array | undefined): Buffer => {
    silent = samples === undefined ? silent + 1 : 0;
    if (silent > TAIL) return SILENCE[channels];
    encoder ??= open();
    return encoder.encode(samples ?? zeros) ?? SILENCE[channels];
  };
  const flush = (): void => {
    frames = 0;
    const page = ogg.page();
    if (page !== undefined) file.append(page);
  };
  return {
    frame: (samples: Int16Array | undefined): void => {
      ogg.add(encode(samples), TICK_SAMPLES);
      if (++frames >= PAGE_FRAMES) flush();
    },
    end: (): void => {
      flush();
      encoder?.close();
    },
  };
};

/** Silence that is written at once: a millisecond or two of work. */
const STEP: Micros = 20_000_000;

/** Cuts off the page that a killed process has left torn; nothing is left where no sound was. Nobody may write it any more. */
export const cutTornPages = async (path: string): Promise<void> => {
  const { granule, bytes } = (await findEnd(path)) ?? { granule: 0, bytes: 0 };
  await truncate(path, granule === 0 ? 0 : bytes);
};

/** Begins a track, or goes on with the file that another process left. Rejects when it cannot be written. */
export const openTrack = async (options: TrackOptions): Promise<Track> => {
  const { path, channels, onError } = options;
  const end = await findEnd(path);
  const file = await open(path, end === undefined ? "w" : "r+");
  if (end !== undefined) await file.truncate(end.bytes);
  await file.close();
  const appender = createAppender(await open(path, "a"), onError);
  const pages = createPages(options, end, appender);
  const grid = createGrid({ channels, from: end?.granule ?? 0 }, pages.frame);
  // Who comes after an hour must not stop the clock of all others for 40 ms.
  for (let at = 0; at < options.begin; at += STEP) {
    grid.fill(Math.min(at + STEP, options.begin));
    await setImmediate();
  }
  let closing: Promise<void> | undefined;
  return {
    write: (samples, time) => {
      if (closing !== undefined) return;
      if (samples === undefined) grid.fill(time);
      else grid.write(samples, time);
    },
    close: (time) => {
      if (closing !== undefined) return closing;
      // The encoder's own delay has to come out too.
      grid.fill(time + 20_000);
      pages.end();
      return (closing = appender.close());
    },
  };
};
