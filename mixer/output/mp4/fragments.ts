/** What the heads of an MP4's fragments (ISO/IEC 14496-12, 8.8) say of its samples, as FFmpeg writes them. Pure. */
import { boxesIn, contentOf } from "./box.js";
import type { SampleTables } from "./tables.js";

const TFHD = {
  base: 0x01,
  description: 0x02,
  duration: 0x08,
  size: 0x10,
  flags: 0x20,
} as const;
const TRUN = {
  offset: 0x001,
  first: 0x004,
  duration: 0x100,
  size: 0x200,
  flags: 0x400,
  composition: 0x800,
} as const;
/** Of a sample's flags: nothing can begin with it. */
const NOT_KEY = 0x10000;

type Defaults = {
  track: number;
  duration: number;
  size: number;
  flags: number;
};

/** Reads numbers of 32 bits, one after the other. */
const reader = (bytes: Buffer, from: number) => {
  let at = from;
  return (): number => {
    at += 4;
    return bytes.readUInt32BE(at - 4);
  };
};

const defaultsOf = (tfhd: Buffer): Defaults => {
  const flags = tfhd.readUInt32BE(0) & 0xffffff;
  if ((flags & TFHD.base) !== 0)
    throw new Error("A fragment whose offsets count from elsewhere");
  const next = reader(tfhd, 4);
  const read = (flag: number): number => ((flags & flag) === 0 ? 0 : next());
  const track = next();
  read(TFHD.description);
  const [duration, size] = [read(TFHD.duration), read(TFHD.size)];
  return { track, duration, size, flags: read(TFHD.flags) };
};

const timeIn = (tfdt: Buffer): number =>
  tfdt[0] === 0 ? tfdt.readUInt32BE(4) : Number(tfdt.readBigUInt64BE(4));

/** Takes a run of samples that lie behind each other; gives the time at which the last one ends. */
const takeRun = (
  trun: Buffer,
  { duration, size, flags: usual }: Defaults,
  { position, time }: { position: number; time: number },
  tables: SampleTables,
): number => {
  const flags = trun.readUInt32BE(0) & 0xffffff;
  if ((flags & TRUN.offset) === 0 || (flags & TRUN.composition) !== 0)
    throw new Error("A run of samples that we do not write");
  const next = reader(trun, 4);
  const count = next();
  const offset = next() | 0;
  const first = (flags & TRUN.first) === 0 ? usual : next();
  let at = time;
  for (let index = 0; index < count; index++) {
    const lasts = (flags & TRUN.duration) === 0 ? duration : next();
    const bytes = (flags & TRUN.size) === 0 ? size : next();
    const other = index === 0 ? first : usual;
    const its = (flags & TRUN.flags) === 0 ? other : next();
    tables.sample(at, lasts, bytes, (its & NOT_KEY) === 0);
    at += lasts;
  }
  tables.chunk(position + offset, count);
  return at;
};

/** Takes the content of a `moof` that begins at `position` of the file. Throws for what FFmpeg does not write for us. */
export const takeFragment = (
  moof: Buffer,
  position: number,
  tracks: ReadonlyMap<number, SampleTables>,
): void => {
  for (const { type, content } of boxesIn(moof)) {
    if (type !== "traf") continue;
    const boxes = boxesIn(content);
    const defaults = defaultsOf(contentOf(boxes, "tfhd"));
    const tables = tracks.get(defaults.track);
    if (tables === undefined) throw new Error("A fragment of no track");
    let time = timeIn(contentOf(boxes, "tfdt"));
    for (const run of boxes.filter((it) => it.type === "trun"))
      time = takeRun(run.content, defaults, { position, time }, tables);
  }
};

/** Bytes of an entry of FFmpeg's: time, place, and three numbers of one byte. */
const ENTRY = 8 + 8 + 3;

/** Where fragments begin, by the content of the index at a part's end (`mfra`), in order. */
export const placesIn = (mfra: Buffer): number[] => {
  const places = new Set<number>();
  for (const { type, content } of boxesIn(mfra)) {
    if (type !== "tfra") continue;
    const count = content.readUInt32BE(12);
    if (content[0] !== 1 || content.length !== 16 + count * ENTRY)
      throw new Error("An index that FFmpeg does not write");
    for (let entry = 0; entry < count; entry++)
      places.add(Number(content.readBigUInt64BE(16 + entry * ENTRY + 8)));
  }
  return [...places].sort((a, b) => a - b);
};
