/** The tables of one track's samples (ISO/IEC 14496-12, 8.6 and 8.7), as they are found one after the other. Pure. */
import { full, u32 } from "./box.js";

/** Numbers in one piece of memory that grows: an hour has a quarter of a million samples. */
const createColumn = () => {
  let bytes = Buffer.allocUnsafe(1 << 14);
  let length = 0;
  const room = (size: number): number => {
    if (length + size > bytes.length)
      bytes = Buffer.concat([bytes], 2 * bytes.length);
    length += size;
    return length - size;
  };
  return {
    u32: (value: number): void => {
      const at = room(4);
      bytes.writeUInt32BE(value, at);
    },
    u64: (value: number): void => {
      const at = room(8);
      bytes.writeBigUInt64BE(BigInt(value), at);
    },
    get bytes(): Buffer {
      return bytes.subarray(0, length);
    },
  };
};

/** What follows each other and is the same is one entry. */
const createRuns = (put: (value: number, count: number) => void) => {
  let [last, count] = [0, 0];
  let entries = 0;
  const end = (): number => {
    if (count > 0) {
      put(last, count);
      entries++;
    }
    count = 0;
    return entries;
  };
  return {
    add: (value: number): void => {
      if (value !== last) end();
      last = value;
      count++;
    },
    end,
  };
};

/** Of five boxes, and the last runs. */
const HEADS = 5 * 20 + 2 * 8;

export type SampleTables = {
  /** A sample that begins at `time` and lasts `duration`, in the track's units, right behind the one before. */
  sample(time: number, duration: number, size: number, key: boolean): void;
  /** So many samples from the last call on lie at this place of the file. */
  chunk(offset: number, samples: number): void;
  /** From the first sample's beginning to the last one's end. */
  readonly duration: number;
  /** More bytes than the boxes have. */
  readonly most: number;
  /** The boxes; what was told as a chunk's place lies `shift` bytes later. Called once. */
  end(shift: number): Buffer[];
};

/** When samples are due: how long each lasts until the next one. */
const createTimes = () => {
  const column = createColumn();
  const steps = createRuns((step, count) => {
    column.u32(count);
    column.u32(step);
  });
  let last: number | undefined;
  let ending = 0;
  return {
    column,
    put: (time: number, duration: number): void => {
      if (last === undefined && time !== 0)
        throw new Error("A track that does not begin at 0");
      if (last !== undefined) steps.add(time - last);
      last = time;
      ending = time + duration;
    },
    get ending() {
      return ending;
    },
    end: (): Buffer => {
      if (last !== undefined) steps.add(ending - last);
      return full("stts", 0, u32(steps.end()), column.bytes);
    },
  };
};

/** Where samples are: pieces of the file, and how many are in each. */
const createPlaces = () => {
  const shape = createColumn();
  const offsets: number[] = [];
  let [shapes, last] = [0, 0];
  return {
    get size() {
      return shape.bytes.length + 8 * offsets.length;
    },
    put: (offset: number, samples: number): void => {
      offsets.push(offset);
      if (samples === last) return;
      last = samples;
      shapes++;
      for (const value of [offsets.length, samples, 1]) shape.u32(value);
    },
    end: (shift: number): Buffer[] => {
      const column = createColumn();
      for (const offset of offsets) column.u64(offset + shift);
      return [
        full("stsc", 0, u32(shapes), shape.bytes),
        full("co64", 0, u32(offsets.length), column.bytes),
      ];
    },
  };
};

export const createSampleTables = (): SampleTables => {
  const [sizes, keys] = [createColumn(), createColumn()];
  const times = createTimes();
  const places = createPlaces();
  let [samples, keyCount] = [0, 0];
  return {
    sample: (time, duration, size, key) => {
      times.put(time, duration);
      sizes.u32(size);
      samples++;
      if (!key) return;
      keyCount++;
      keys.u32(samples);
    },
    chunk: places.put,
    get duration() {
      return times.ending;
    },
    get most() {
      const columns = [sizes, keys, times.column];
      const bytes = columns.reduce((sum, it) => sum + it.bytes.length, 0);
      return bytes + places.size + HEADS;
    },
    end: (shift) => [
      times.end(),
      // Without it, everything can begin with any.
      ...(keyCount < samples
        ? [full("stss", 0, u32(keyCount), keys.bytes)]
        : []),
      full("stsz", 0, u32(0, samples), sizes.bytes),
      ...places.end(shift),
    ],
  };
};
