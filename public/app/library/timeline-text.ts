/** What a player shows below its picture: who talked when, and how loud it was. Pure. */

/** As `GET …/timeline` tells it, as far as players show it. Seconds of the file. */
export type Timeline = {
  chapters: readonly { start: number; end: number; title: string }[];
  turns: readonly { participant: string; start: number; end: number }[];
};

export type Turn = { start: number; end: number };

/** One person's line. */
export type Lane = {
  name: string;
  /** In order, none touching the next. */
  turns: readonly Turn[];
  /** Seconds in all. */
  talked: number;
};

/** A pause that is shorter than a breath is none, and no screen shows it. */
const BREATH = 0.4;

const joined = (turns: readonly Turn[]): Turn[] => {
  const whole: Turn[] = [];
  for (const { start, end } of turns.toSorted((a, b) => a.start - b.start)) {
    const last = whole.at(-1);
    if (last !== undefined && start - last.end < BREATH)
      last.end = Math.max(last.end, end);
    else whole.push({ start, end });
  }
  return whole;
};

/**
 * A line for each name that talked, in the order in which they first did: who came back under the same name has another id
 * but the same line.
 */
export const lanesOf = (
  { turns }: Pick<Timeline, "turns">,
  people: readonly { id: string; name: string }[],
): Lane[] => {
  const names = new Map(people.map(({ id, name }) => [id, name]));
  const byName = new Map<string, Turn[]>();
  for (const { participant, start, end } of turns) {
    const name = names.get(participant) ?? "Somebody";
    const known = byName.get(name) ?? [];
    known.push({ start, end });
    byName.set(name, known);
  }
  return [...byName].map(([name, all]) => {
    const whole = joined(all);
    const talked = whole.reduce((sum, { start, end }) => sum + end - start, 0);
    return { name, turns: whole, talked };
  });
};

/** How wide a line is drawn, whatever it becomes on the screen. */
export const WIDE = 1000;
export const HIGH = 10;
/** A word of a long meeting is still seen. */
const THINNEST = 1.5;

/** The path of SVG that has a box for each turn, in a picture of `WIDE` by `HIGH`. */
export const turnsPath = (turns: readonly Turn[], duration: number): string => {
  const scale = WIDE / Math.max(duration, 0.001);
  return turns
    .map(({ start, end }) => {
      const width = Math.max(THINNEST, (end - start) * scale);
      const x = Math.min(start * scale, WIDE - width);
      return `M${x.toFixed(1)} 0h${width.toFixed(1)}v${HIGH}h${(-width).toFixed(1)}z`;
    })
    .join("");
};

/** When this one next talks after `time`; from the end on again the first time. */
export const nextTurn = (
  turns: readonly Turn[],
  time: number,
): number | undefined =>
  (turns.find(({ start }) => start > time + 0.05) ?? turns[0])?.start;

/** The chapter that is played at `time`; -1 when there is none. */
export const chapterAt = (
  chapters: Timeline["chapters"],
  time: number,
): number => chapters.findLastIndex(({ start }) => start <= time + 0.01);

const numbers = (value: unknown): number[] | undefined =>
  Array.isArray(value) && value.every((one) => typeof one === "number")
    ? value
    : undefined;

/** The peaks of a waveform, 0 to 1, from what a server says of them: a list of numbers, whatever its scale. */
export const peaksOf = (told: unknown): number[] => {
  const about = (told ?? {}) as Record<string, unknown>;
  const found =
    numbers(told) ??
    numbers(about["peaks"]) ??
    numbers(about["data"]) ??
    numbers(about["levels"]) ??
    [];
  const most = found.reduce((peak, one) => Math.max(peak, Math.abs(one)), 0);
  return found.map((one) => (most === 0 ? 0 : Math.abs(one) / most));
};

/** More bars than this are one grey. */
const MOST_BARS = 500;

/** The path of SVG of bars around a middle line, in a picture of `WIDE` by `HIGH`. */
export const wavePath = (peaks: readonly number[]): string => {
  const bars = Math.min(MOST_BARS, peaks.length);
  const width = WIDE / Math.max(1, bars);
  return Array.from({ length: bars }, (_, at) => {
    const from = Math.floor((at * peaks.length) / bars);
    const to = Math.max(from + 1, Math.floor(((at + 1) * peaks.length) / bars));
    const peak = Math.max(0.02, ...peaks.slice(from, to));
    const [x, y] = [at * width, (HIGH / 2) * (1 - peak)];
    const [w, h] = [width * 0.7, HIGH * peak];
    return `M${x.toFixed(1)} ${y.toFixed(2)}h${w.toFixed(2)}v${h.toFixed(2)}h${(-w).toFixed(2)}z`;
  }).join("");
};
