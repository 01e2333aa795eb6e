/** From the head of a fragmented MP4 to that of an ordinary one, which knows where all samples are. Pure. */
import { box, boxesIn, contentOf, type FoundBox } from "./box.js";
import { createSampleTables, type SampleTables } from "./tables.js";

const again = ({ type, content }: FoundBox): Buffer => box(type, content);

/** Durations of 32 bits reach for 13 hours. */
const expectShort = (content: Buffer): void => {
  if (content[0] !== 0) throw new Error("A head with times of 64 bits");
};

const withNumber = (content: Buffer, at: number, value: number): Buffer => {
  expectShort(content);
  const copy = Buffer.from(content);
  copy.writeUInt32BE(value, at);
  return copy;
};

const MVHD = { timescale: 12, duration: 16 } as const;
const TKHD = { id: 12, duration: 20 } as const;
const MDHD = { timescale: 12, duration: 16 } as const;
const ELST = { count: 4, first: 8, each: 12 } as const;

const trackOf = (trak: Buffer): number =>
  contentOf(boxesIn(trak), "tkhd").readUInt32BE(TKHD.id);

/** Tables for each track of a movie's head, by the number that fragments call it. */
export const tablesFor = (moov: Buffer): Map<number, SampleTables> =>
  new Map(
    boxesIn(moov)
      .filter(({ type }) => type === "trak")
      .map(({ content }) => [trackOf(content), createSampleTables()]),
  );

/** The edits as they are, but with the length of the last, that of the media. In the movie's units. */
const withLength = (elst: Buffer, lengthFrom: (start: number) => number) => {
  expectShort(elst);
  const edits = Buffer.from(elst);
  const last = ELST.first + (edits.readUInt32BE(ELST.count) - 1) * ELST.each;
  edits.writeUInt32BE(lengthFrom(edits.readInt32BE(last + 4)), last);
  let length = 0;
  for (let at = ELST.first; at <= last; at += ELST.each)
    length += edits.readUInt32BE(at);
  return { edits, length };
};

/** A level of boxes, with some of them replaced; without an entry a box stays. */
const change = (
  boxes: readonly FoundBox[],
  by: Record<string, (content: Buffer) => Buffer[]>,
): Buffer[] =>
  boxes.flatMap((one) => by[one.type]?.(one.content) ?? [again(one)]);

type Trak = { bytes: Buffer; length: number };

const wholeTrack = (
  trak: Buffer,
  movieScale: number,
  tables: SampleTables,
  shift: number,
): Trak => {
  const boxes = boxesIn(trak);
  const mdhd = contentOf(boxesIn(contentOf(boxes, "mdia")), "mdhd");
  const scale = mdhd.readUInt32BE(MDHD.timescale);
  const lengthFrom = (start: number): number =>
    Math.round(((tables.duration - start) * movieScale) / scale);
  const elst = boxes
    .filter(({ type }) => type === "edts")
    .map(({ content }) => contentOf(boxesIn(content), "elst"))[0];
  const edited = elst && withLength(elst, lengthFrom);
  const length = edited?.length ?? lengthFrom(0);
  const stbl = (content: Buffer): Buffer[] => {
    const description = box("stsd", contentOf(boxesIn(content), "stsd"));
    return [box("stbl", description, ...tables.end(shift))];
  };
  const minf = (content: Buffer): Buffer[] => [
    box("minf", ...change(boxesIn(content), { stbl })),
  ];
  const mdia = (content: Buffer): Buffer[] => [
    box(
      "mdia",
      ...change(boxesIn(content), {
        minf,
        mdhd: (it) => [
          box("mdhd", withNumber(it, MDHD.duration, tables.duration)),
        ],
      }),
    ),
  ];
  const changed = change(boxes, {
    mdia,
    tkhd: (it) => [box("tkhd", withNumber(it, TKHD.duration, length))],
    edts: () => (edited ? [box("edts", box("elst", edited.edits))] : []),
  });
  return { bytes: box("trak", ...changed), length };
};

const FTYP = box(
  "ftyp",
  Buffer.from("isom\0\0\x02\0isomiso2avc1mp41", "latin1"),
);
/** Type and size; a box of 4 GB and more says its size behind that. */
const DATA_HEAD = 8;
const LONG_DATA_HEAD = 16;
const LONG = 2 ** 32;
const SPACE_HEAD = 8;

const dataHead = (size: number): Buffer => {
  const isLong = DATA_HEAD + size >= LONG;
  const bytes = Buffer.alloc(isLong ? LONG_DATA_HEAD : DATA_HEAD);
  bytes.writeUInt32BE(isLong ? 1 : DATA_HEAD + size);
  bytes.write("mdat", 4, "latin1");
  if (isLong) bytes.writeBigUInt64BE(BigInt(LONG_DATA_HEAD + size), 8);
  return bytes;
};

export type Front = {
  bytes: Buffer;
  /** Of what is to be seen, in seconds. */
  duration: number;
};

/** The movie's head with all tables. */
const wholeMovie = (
  moov: Buffer,
  tracks: ReadonlyMap<number, SampleTables>,
  shift: number,
) => {
  const boxes = boxesIn(moov);
  const scale = contentOf(boxes, "mvhd").readUInt32BE(MVHD.timescale);
  const traks = boxes
    .filter(({ type }) => type === "trak")
    .map(({ content }) =>
      wholeTrack(content, scale, tracks.get(trackOf(content))!, shift),
    );
  const length = Math.max(...traks.map((it) => it.length));
  let next = 0;
  const changed = change(boxes, {
    mvhd: (it) => [box("mvhd", withNumber(it, MVHD.duration, length))],
    trak: () => [traks[next++]!.bytes],
    mvex: () => [],
  });
  return { moov: box("moov", ...changed), duration: length / scale };
};

/**
 * What comes before a copy of all of a fragmented file of `size` bytes, to be an ordinary one: that copy is its data, in
 * which only the tables tell what is where. A multiple of `step` bytes long.
 */
export const frontOf = (
  moov: Buffer,
  tracks: ReadonlyMap<number, SampleTables>,
  { size, step }: { size: number; step: number },
): Front => {
  let most = FTYP.length + moov.length + SPACE_HEAD + LONG_DATA_HEAD;
  for (const tables of tracks.values()) most += tables.most;
  const length = Math.ceil(most / step) * step;
  const whole = wholeMovie(moov, tracks, length);
  const data = dataHead(size);
  const used = FTYP.length + whole.moov.length + data.length;
  const space = box("free", Buffer.alloc(length - used - SPACE_HEAD));
  const bytes = Buffer.concat([FTYP, whole.moov, space, data]);
  return { bytes, duration: whole.duration };
};
