/** Sound for tests: what is fed in, and how what comes out is judged. All levels are dBFS, a full-scale sine being 0. */

const FULL_SCALE = 32_767;

/** Linear amplitude (1 is full scale) of a level. */
export const amplitudeOf = (level: number): number => 10 ** (level / 20);

/**
 * Samples `from` to `from + count` of a sine that starts at sample 0: successive calls join without a seam.
 */
export const sine = (
  hz: number,
  {
    from = 0,
    count,
    rate = 48_000,
    level = -20,
  }: { from?: number; count: number; rate?: number; level?: number },
): Int16Array => {
  const amplitude = FULL_SCALE * amplitudeOf(level);
  const samples = new Int16Array(count);
  const step = (2 * Math.PI * hz) / rate;
  for (let i = 0; i < count; i++)
    samples[i] = Math.round(amplitude * Math.sin(step * (from + i)));
  return samples;
};

/** White noise of an RMS level relative to a full-scale square wave, from a generator with a fixed seed. */
export const noise = (count: number, level: number, seed = 1): Int16Array => {
  const samples = new Int16Array(count);
  const scale = 32_768 * amplitudeOf(level) * Math.sqrt(3);
  let state = seed;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    samples[i] = Math.max(
      -32_768,
      Math.min(32_767, Math.round((state / 2 ** 31 - 1) * scale)),
    );
  }
  return samples;
};

/** One array from many. */
export const join = (blocks: readonly Int16Array[]): Int16Array => {
  const all = new Int16Array(
    blocks.reduce((sum, block) => sum + block.length, 0),
  );
  let at = 0;
  for (const block of blocks) {
    all.set(block, at);
    at += block.length;
  }
  return all;
};

/** The level of the sine of `hz` in `samples`; -140 if there is nothing. Use whole periods, or at least 100 ms. */
export const goertzel = (
  samples: Int16Array | Float32Array,
  rate: number,
  hz: number,
): number => {
  const scale = samples instanceof Int16Array ? 1 / FULL_SCALE : 1;
  const { length } = samples;
  const omega = (2 * Math.PI * hz) / rate;
  let real = 0;
  let imaginary = 0;
  let windows = 0;
  for (let i = 0; i < length; i++) {
    // A Hann window keeps a loud neighbour 50 Hz away out of the figure.
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / length);
    const sample = samples[i]! * scale * window;
    real += sample * Math.cos(omega * i);
    imaginary -= sample * Math.sin(omega * i);
    windows += window;
  }
  const amplitude = (2 * Math.hypot(real, imaginary)) / windows;
  return Math.max(-140, 20 * Math.log10(amplitude));
};

/** A tenth of a second: whole periods of whatever is a multiple of 10 Hz. */
const SPANS_PER_SECOND = 10;

/** As `goertzel`, also of a tone that a late packet has put out of phase in the middle: the mean of short spans. */
export const toneLevel = (
  samples: Int16Array,
  rate: number,
  hz: number,
): number => {
  const span = rate / SPANS_PER_SECOND;
  const spans = Math.floor(samples.length / span);
  let power = 0;
  for (let i = 0; i < spans; i++) {
    const part = samples.subarray(i * span, (i + 1) * span);
    power += 10 ** (goertzel(part, rate, hz) / 10) / spans;
  }
  return spans === 0 ? goertzel(samples, rate, hz) : 10 * Math.log10(power);
};

/** RMS level; a full-scale square wave is 0, a full-scale sine -3. -140 for silence. */
export const rms = (samples: Int16Array): number => {
  let energy = 0;
  for (const sample of samples) energy += sample * sample;
  const mean = energy / Math.max(1, samples.length);
  return Math.max(-140, 10 * Math.log10(mean / (32_768 * 32_768)));
};

export const peak = (samples: Int16Array): number => {
  let highest = 0;
  for (const sample of samples) highest = Math.max(highest, Math.abs(sample));
  return highest;
};

/** The largest step from one sample to the next. */
export const largestStep = (samples: Int16Array): number => {
  let largest = 0;
  for (let i = 1; i < samples.length; i++)
    largest = Math.max(largest, Math.abs(samples[i]! - samples[i - 1]!));
  return largest;
};

/**
 * The largest second difference: a sine of amplitude A and frequency f stays under A(2πf/rate)², a click does not.
 */
export const largestBend = (samples: Int16Array): number => {
  let largest = 0;
  for (let i = 2; i < samples.length; i++)
    largest = Math.max(
      largest,
      Math.abs(samples[i]! - 2 * samples[i - 1]! + samples[i - 2]!),
    );
  return largest;
};

/** The bend that a sine has by itself, with 3 for rounding. */
export const bendOfSine = (hz: number, level: number, rate = 48_000): number =>
  FULL_SCALE * amplitudeOf(level) * ((2 * Math.PI * hz) / rate) ** 2 + 3;

export type Gap = { start: number; length: number };

/** Runs of at least `atLeast` samples that are no louder than `quiet` (in sample units): 2 ms at 48 kHz. */
export const gaps = (
  samples: Int16Array,
  { atLeast = 96, quiet = 2 }: { atLeast?: number; quiet?: number } = {},
): Gap[] => {
  const found: Gap[] = [];
  let start = 0;
  for (let i = 0; i <= samples.length; i++) {
    if (i < samples.length && Math.abs(samples[i]!) <= quiet) continue;
    if (i - start >= atLeast) found.push({ start, length: i - start });
    start = i + 1;
  }
  return found;
};

/** The samples of a 16-bit PCM WAV file and their rate. Throws for any other. */
export const parseWav = (
  file: Buffer,
): { samples: Int16Array; rate: number; channels: number } => {
  if (file.toString("latin1", 0, 4) !== "RIFF") throw new Error("not a WAV");
  let channels = 0;
  let rate = 0;
  for (let at = 12; at + 8 <= file.length;) {
    const name = file.toString("latin1", at, at + 4);
    const size = file.readUInt32LE(at + 4);
    const body = at + 8;
    if (name === "fmt ") {
      if (file.readUInt16LE(body) !== 1 || file.readUInt16LE(body + 14) !== 16)
        throw new Error("not 16-bit PCM");
      channels = file.readUInt16LE(body + 2);
      rate = file.readUInt32LE(body + 4);
    }
    if (name === "data") {
      const bytes = Math.min(size, file.length - body);
      const samples = new Int16Array(bytes >> 1);
      for (let i = 0; i < samples.length; i++)
        samples[i] = file.readInt16LE(body + 2 * i);
      return { samples, rate, channels };
    }
    at = body + size + (size & 1);
  }
  throw new Error("no data in the WAV");
};
