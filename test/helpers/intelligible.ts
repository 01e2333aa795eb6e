/**
 * How well speech is understood, by a measure that needs no listener: after Taal et al., "An Algorithm for Intelligibility
 * Prediction of Time-Frequency Weighted Noisy Speech" (STOI, 2011). In each third of an octave the course of the loudness
 * over 0.38 s is compared with that of what was said.
 */

const RATE = 48_000;
/** 12.8 ms, in frames of twice that. */
const HOP = 614;
const FRAME = 2 * HOP;
const FFT = 2048;
const BANDS = 15;
const LOWEST = 150;
/** Frames that are compared at a time. */
const SEGMENT = 30;
/** Louder by more than this (dB) is no worse. */
const CLIP = 10 ** (15 / 20);
/** Frames quieter than the loudest by more than this (dB) are pauses. */
const SPOKEN = 40;
/** A jitter buffer shifts words, whom nobody understands the less: each segment is looked for within 100 ms. */
const SHIFT = 8;

/** Loudness of each band, frame by frame. */
type Bands = Float64Array[];

const window = Float64Array.from({ length: FRAME }, (_, i) =>
  Math.sin((Math.PI * (i + 0.5)) / FRAME),
);

/** In place; Cooley and Tukey's, of `FFT` values. */
const transform = (re: Float64Array, im: Float64Array): void => {
  for (let i = 1, j = 0; i < FFT; i++) {
    let bit = FFT >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) [re[i], re[j]] = [re[j]!, re[i]!];
  }
  for (let size = 2; size <= FFT; size *= 2)
    for (let k = 0; k < size / 2; k++) {
      const [c, s] = [
        Math.cos((2 * Math.PI * k) / size),
        -Math.sin((2 * Math.PI * k) / size),
      ];
      for (let a = k; a < FFT; a += size) {
        const b = a + size / 2;
        const [x, y] = [re[b]! * c - im[b]! * s, re[b]! * s + im[b]! * c];
        [re[b], im[b]] = [re[a]! - x, im[a]! - y];
        [re[a], im[a]] = [re[a]! + x, im[a]! + y];
      }
    }
};

const edges = Array.from({ length: BANDS }, (_, band) =>
  [-1 / 6, 1 / 6].map((side) =>
    Math.round((LOWEST * 2 ** (band / 3 + side) * FFT) / RATE),
  ),
);

const bandsOf = (samples: Int16Array): Bands => {
  const found: Bands = [];
  const [re, im] = [new Float64Array(FFT), new Float64Array(FFT)];
  for (let from = 0; from + FRAME <= samples.length; from += HOP) {
    re.fill(0);
    im.fill(0);
    for (let i = 0; i < FRAME; i++) re[i] = samples[from + i]! * window[i]!;
    transform(re, im);
    found.push(
      Float64Array.from(edges, ([low, high]) => {
        let power = 0;
        for (let k = low!; k < high!; k++) power += re[k]! ** 2 + im[k]! ** 2;
        return Math.sqrt(power);
      }),
    );
  }
  return found;
};

const loudness = (bands: Float64Array): number =>
  bands.reduce((sum, one) => sum + one * one, 0);

const correlation = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  const { length } = a;
  let [sa, sb] = [0, 0];
  for (let i = 0; i < length; i++) [sa, sb] = [sa + a[i]!, sb + b[i]!];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < length; i++) {
    const [x, y] = [a[i]! - sa / length, b[i]! - sb / length];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
};

/** Of a segment that begins at frame `x` of what was said and `y` of what was heard. */
const alike = (said: Bands, x: number, heard: Bands, y: number): number => {
  let sum = 0;
  for (let band = 0; band < BANDS; band++) {
    const wanted = said.slice(x, x + SEGMENT).map((it) => it[band]!);
    const got = heard.slice(y, y + SEGMENT).map((it) => it[band]!);
    const [power, own] = [wanted, got].map((them) => Math.hypot(...them)) as [
      number,
      number,
    ];
    const gain = own === 0 ? 0 : power / own;
    const clipped = got.map((it, i) =>
      Math.min(it * gain, wanted[i]! * (1 + CLIP)),
    );
    sum += correlation(wanted, clipped);
  }
  return sum / BANDS;
};

/** The frame of what is said over and over at which what was heard begins. */
const align = (said: Bands, period: number, heard: Bands): number => {
  const course = (of: Bands): number[] =>
    of.map((it) => Math.sqrt(loudness(it)));
  const [a, b] = [course(said), course(heard)];
  let [best, at] = [-1, 0];
  for (let lag = 0; lag < period; lag++) {
    const found = correlation(a.slice(lag, lag + b.length), b);
    if (found > best) [best, at] = [found, lag];
  }
  return at;
};

/**
 * 0 (nothing) to 1 (as it was said); what is above 0.75 is understood nearly all. Both at 48 kHz; `said` was said again
 * and again while `heard` was recorded.
 */
export const intelligibility = (
  said: Int16Array,
  heard: Int16Array,
): number => {
  const times = Math.ceil(heard.length / said.length) + 2;
  const all = new Int16Array(times * said.length);
  for (let n = 0; n < times; n++) all.set(said, n * said.length);
  const [wanted, got] = [bandsOf(all), bandsOf(heard)];
  const start = align(wanted, Math.ceil(said.length / HOP), got);
  const loudest = Math.max(...wanted.map(loudness));
  const quietest = loudest / 10 ** (SPOKEN / 10);
  const scores: number[] = [];
  for (let y = SHIFT; y + SEGMENT + SHIFT <= got.length; y += SEGMENT / 2) {
    const spoken = wanted
      .slice(start + y, start + y + SEGMENT)
      .filter((it) => loudness(it) > quietest);
    if (spoken.length < SEGMENT / 2) continue;
    let best = 0;
    for (let shift = -SHIFT; shift <= SHIFT; shift++)
      best = Math.max(best, alike(wanted, start + y, got, y + shift));
    scores.push(best);
  }
  return scores.reduce((sum, one) => sum + one, 0) / scores.length;
};
