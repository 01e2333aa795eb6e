/**
 * One HLS output: the shared encodes of a view and its sound as tracks of parts, for the server to fetch.
 *
 * All tracks count time from the mixer's clock, so they belong together wherever a player enters. Segments of all
 * renditions end with the same picture where they can: key frames are asked for at the same moment.
 */
import type { LiveCounters, LivePiece } from "../../contract-live.js";
import { wallTime } from "../../clock.js";
import type { EncodedUnit, Micros } from "../../media.js";
import {
  avcConfiguration,
  avcSample,
  nalUnits,
  parameterSets,
  type ParameterSets,
} from "../avc.js";
import {
  createCutter,
  cuttingFor,
  type Cutter,
  type Cutting,
  type Part,
} from "./cutter.js";
import { fmp4Head, timescaleOf, type Fmp4Track } from "./fmp4.js";
import { createPieceQueue } from "./queue.js";

export type HlsPicture = {
  /** Of its rung. */
  name: string;
  width: number;
  height: number;
  fps: number;
  /** Bits a second. */
  bitrate: number;
  requestKey(): void;
};

export type HlsOptions = {
  lowLatency: boolean;
  /** Best first; none: sound alone. */
  pictures: readonly HlsPicture[];
  sound: { config: Buffer; channels: number; bitrate: number };
  /** The first part is there. */
  onLive(): void;
};

export type HlsOutput = {
  /** Of the picture of this index. */
  writeVideo(index: number, unit: EncodedUnit): void;
  writeAudio(unit: EncodedUnit): void;
  take(): Promise<LivePiece[]>;
  close(): void;
  readonly counters: LiveCounters;
};

const SOUND = "audio";
const SOUND_RATE = 48_000;
/** AAC-LC: ISO/IEC 14496-3, table 1.17. */
const SOUND_CODEC = "mp4a.40.2";
/** A segment of sound that began with the pictures' (one frame of sound is 21 ms) does not end with them at once. */
const TOGETHER: Micros = 30_000;

/** What the tracks of one output share until it begins anew. */
type Run = {
  /** When the first track began; undefined before. */
  start: Micros | undefined;
  /** When the newest segment of the first track began. */
  boundary: Micros;
};

type Shared = {
  readonly cutting: Cutting;
  run: Run;
  put(piece: LivePiece): void;
  /** All tracks, each with its next key frame. */
  beginAnew(): void;
};

type Track = { cutter: Cutter; sets: ParameterSets };

const partPiece = (track: string, part: Part): LivePiece => ({
  kind: "part",
  track,
  data: part.data,
  first: part.first,
  independent: part.independent,
  duration: part.duration / 1_000_000,
  at: wallTime(part.time),
});

const openTrack = (
  shared: Shared,
  name: string,
  kind: Fmp4Track,
  facts: Pick<LivePiece & { kind: "head" }, "codec" | "bitrate" | "picture">,
): Cutter => {
  shared.put({ kind: "head", track: name, data: fmp4Head(kind), ...facts });
  return createCutter(timescaleOf(kind), shared.cutting, (part) =>
    shared.put(partPiece(name, part)),
  );
};

const openPicture = (
  shared: Shared,
  { name, width, height, fps, bitrate }: HlsPicture,
  sets: ParameterSets,
): Track => {
  const profile = sets.sps.toString("hex", 1, 4);
  const avcC = avcConfiguration(sets);
  const cutter = openTrack(
    shared,
    name,
    { kind: "video", width, height, avcC },
    { codec: `avc1.${profile}`, bitrate, picture: { width, height, fps } },
  );
  return { cutter, sets };
};

const isSame = (a: ParameterSets, b: ParameterSets): boolean =>
  a.sps.equals(b.sps) && a.pps.equals(b.pps);

/** One picture's way; `lead` is the one whose segments the sound follows. */
const createPictureTrack = (
  shared: Shared,
  picture: HlsPicture,
  lead: boolean,
) => {
  const { segment, least } = shared.cutting;
  let run: Run | undefined;
  let track: Track | undefined;
  let before: Micros = 0;

  const write = (
    { cutter, sets }: Track,
    unit: EncodedUnit,
    units: Buffer[],
  ): void => {
    const age = unit.pts - (cutter.segmentStart ?? -Infinity);
    const ends = unit.key && age >= least;
    if (ends && lead) shared.run.boundary = unit.pts;
    // If this picture comes just before the segment should end, the next one is to be a key frame.
    if (!ends && age + (unit.pts - before) >= segment) picture.requestKey();
    before = unit.pts;
    const chunks = avcSample(units, sets);
    cutter.put({ chunks, time: unit.pts, key: unit.key }, ends);
  };
  return (unit: EncodedUnit): void => {
    const units = nalUnits(unit.data);
    const sets = unit.key ? parameterSets(units) : undefined;
    if (sets && track && !isSame(sets, track.sets)) shared.beginAnew();
    if (run !== shared.run) track = undefined;
    run = shared.run;
    if (sets && track === undefined) {
      run.start ??= unit.pts;
      track = openPicture(shared, picture, sets);
    }
    if (track === undefined) picture.requestKey();
    else write(track, unit, units);
  };
};

/** The sound's way: its segments end where those of the pictures do, or after their time where there are none. */
const createSoundTrack = (shared: Shared, { sound, pictures }: HlsOptions) => {
  const alone = pictures.length === 0;
  let run: Run | undefined;
  let cutter: Cutter | undefined;
  const isDue = (from: Micros, time: Micros): boolean =>
    alone
      ? time - from >= shared.cutting.segment
      : shared.run.boundary > from && time >= shared.run.boundary;

  return (unit: EncodedUnit): void => {
    if (run !== shared.run) cutter = undefined;
    run = shared.run;
    if (alone) run.start ??= unit.pts;
    if (run.start === undefined || unit.pts < run.start) return;
    cutter ??= openTrack(
      shared,
      SOUND,
      { kind: "audio", sampleRate: SOUND_RATE, ...sound },
      { codec: SOUND_CODEC, bitrate: sound.bitrate },
    );
    const from = cutter.segmentStart;
    const ends = from === undefined || isDue(from + TOGETHER, unit.pts);
    const sample = { chunks: [unit.data], time: unit.pts, key: true };
    cutter.put(sample, ends);
  };
};

export const createHls = (options: HlsOptions): HlsOutput => {
  const queue = createPieceQueue();
  const counters = { bytes: 0, dropped: 0, reconnects: 0 };
  const newRun = (): Run => ({ start: undefined, boundary: -Infinity });
  let live = false;
  const shared: Shared = {
    cutting: cuttingFor(options.lowLatency),
    run: newRun(),
    beginAnew: () => {
      shared.run = newRun();
    },
    put: (piece) => {
      if (!queue.put(piece)) {
        counters.dropped++;
        return shared.beginAnew();
      }
      counters.bytes += piece.data.length;
      if (!live && piece.kind === "part") options.onLive();
      live ||= piece.kind === "part";
    },
  };
  const pictures = options.pictures.map((picture, index) =>
    createPictureTrack(shared, picture, index === 0),
  );
  return {
    writeVideo: (index, unit) => pictures[index]?.(unit),
    writeAudio: createSoundTrack(shared, options),
    take: queue.take,
    close: queue.close,
    counters,
  };
};
