/** Chooses the rung that a subscriber's line carries. Pure. */
import type { RenditionName, RungName } from "../contract.js";
import { TRY_UNTIL_QUEUE, type Line } from "../egress/line.js";
import type { Micros } from "../media.js";
import { leastRate, rungFor, type RungSpec } from "./rungs.js";

export { rungFor, rungsFor, type RungSpec } from "./rungs.js";

export type LadderInput = Line & {
  now: Micros;
  wanted: RenditionName;
  /** At most this rung. */
  cap?: RungName;
};

/**
 * One subscriber's place on the ladder.
 *
 * - Call `choose` with `{...subscriber.line, now, wanted, cap}` every 500 ms, and at once when `onLine` says that the line is full.
 * - Hand `probe` to `subscriber.probe` after each `choose`.
 * - A fixed wish is obeyed whatever the line; only `auto` moves.
 */
export type Ladder = {
  /** The rung to send from now on. */
  choose: (input: LadderInput) => RungName;
  /** Bits per second of picture and padding up to which the line shall be tried out now; 0 = not now. */
  readonly probe: number;
};

export type LadderOptions = {
  rungs: readonly RungSpec[];
  now: Micros;
  /** `high` by default; the rung that the line was known to carry, where it goes on with another picture. */
  start?: RenditionName;
  /** What the line carried when it was full, bits per second: it starts no better than that. */
  limit?: number;
};

const SECOND: Micros = 1_000_000;
/** Good time before the first try upwards; what the "8 good seconds" says. */
const GOOD: Micros = 8 * SECOND;
/** A try that failed was not seen by anybody: the next one waits no longer than this, so that a recovered line is noticed. */
const LONGEST_RETRY: Micros = 12 * SECOND;
/** A step up that was followed by a fall within this time was seen: the next one waits twice as long, up to LONGEST_WAIT. */
const FLAP: Micros = 20 * SECOND;
const LONGEST_WAIT: Micros = 120 * SECOND;
/** After this long without a fall the waits are forgotten. */
const FORGIVEN: Micros = 60 * SECOND;
/** After a move down the queue still holds what was sent before: the line is judged anew when that is gone, or after this. */
const SETTLE: Micros = 2 * SECOND;
/** A rung of which the line carries less than this share is left without waiting. */
const FAR = 0.7;
/** A line that is full for this long although the rung should fit is too narrow for it. */
const STUBBORN: Micros = 2 * SECOND;
/** Loss above this, for so long, is answered with a smaller rung even where the line is not full, but not below this one. */
const LOSSY = 0.1;
const LOSSY_FOR: Micros = 1 * SECOND;
const LOSSY_LEAST = 360 * 640;
/** A try ends after this: from nothing to 1080p's rate takes 7 doublings, one a second. */
const PROBE_LIMIT: Micros = 8 * SECOND;
/** A try that found no queue until then was slowed down by us: on a busy machine not all padding is sent in time. It counts if so much of it was. */
const TRIED = 0.35;
/** A rung is gone up to when the line has carried this much more than it takes. */
const MARGIN = 1.1;
const SQUEEZED_MARGIN = 1.25;
/** How far a try goes beyond the rung's rate, so that its average passes MARGIN. */
const PROBE_MARGIN = 1.25;

/** 0 is the best; audio comes after the last. */
const rankOf = (rungs: readonly RungSpec[], name: RungName): number => {
  const found = rungs.findIndex((rung) => rung.name === name);
  return found === -1 ? rungs.length : found;
};

/** The best rung, no better than the one named, whose least rate is within these bits per second. */
const fitting = (
  rungs: readonly RungSpec[],
  best: RungName,
  rate: number,
  share: (rung: RungSpec) => number,
): RungName => {
  const from = rankOf(rungs, best);
  const found = rungs.find((rung, at) => at >= from && share(rung) <= rate);
  return found?.name ?? "audio";
};

/** A rung that can be squeezed is worth having below its rate. */
const upRate = (rung: RungSpec): number =>
  Math.min(rung.bitrate * MARGIN, leastRate(rung) * SQUEEZED_MARGIN);

/** When to try the way up, and how long to wait after what happened. */
const createPatience = (start: Micros) => {
  let wait = GOOD;
  let goodSince = start;
  let steppedUp = -FLAP;
  let fellAt = start;
  return {
    isOver: (now: Micros): boolean => {
      if (now - fellAt >= FORGIVEN) wait = Math.min(wait, LONGEST_RETRY);
      return now - goodSince >= wait;
    },
    troubled: (now: Micros): void => {
      goodSince = now;
    },
    tried: (now: Micros, worked: boolean): void => {
      goodSince = now;
      if (worked) steppedUp = now;
      else if (wait < LONGEST_RETRY) wait = Math.min(LONGEST_RETRY, 1.5 * wait);
    },
    fell: (now: Micros): void => {
      const flapped = now - steppedUp < FLAP;
      if (flapped) wait = Math.min(LONGEST_WAIT, 2 * wait);
      else if (now - fellAt >= FORGIVEN) wait = GOOD;
      // One step up is blamed once.
      steppedUp = -FLAP;
      goodSince = fellAt = now;
    },
  };
};

type State = {
  readonly rungs: readonly RungSpec[];
  readonly patience: ReturnType<typeof createPatience>;
  current: RungName;
  settlingUntil: Micros;
  fullSince: Micros | undefined;
  lossySince: Micros | undefined;
  probingSince: Micros | undefined;
  probe: number;
};

const move = (state: State, to: RungName, now: Micros): void => {
  if (to === state.current) return;
  state.current = to;
  state.settlingUntil = now + SETTLE;
  state.fullSince = undefined;
};

const stopProbing = (state: State): void => {
  state.probingSince = undefined;
  state.probe = 0;
};

const isAbove = (state: State, one: RungName, other: RungName): boolean =>
  rankOf(state.rungs, one) < rankOf(state.rungs, other);

/** Goes to this rung if it is better than the present one; tells whether. */
const endProbe = (state: State, up: RungName, now: Micros): boolean => {
  stopProbing(state);
  const worked = isAbove(state, up, state.current);
  state.patience.tried(now, worked);
  if (worked) move(state, up, now);
  return worked;
};

/** Where a full line forces it to, which may be where it is. */
const lower = (state: State, { estimate = 0, now }: LadderInput): RungName => {
  const { rungs, current, fullSince } = state;
  const fits = fitting(rungs, current, estimate, leastRate);
  // The first measurement is a rough one, and stills take what there is.
  if (fits === "audio" && current !== "slides" && current !== "audio")
    return "slides";
  if (fits !== current || current === "audio") return fits;
  const stubborn = fullSince !== undefined && now - fullSince >= STUBBORN;
  const next = rungs[rankOf(rungs, current) + 1];
  // What is lost although it should fit is lost at any rate: a still would not help.
  return stubborn && next && next.name !== "slides" ? next.name : current;
};

/** The first measurement was so rough that there is no sense in waiting for a second. */
const isFarTooMuch = ({ rungs, current }: State, estimate: number): boolean => {
  const rung = rungs.find(({ name }) => name === current);
  if (rung === undefined || rung.name === "slides") return false;
  return FAR * leastRate(rung) > estimate;
};

const onFull = (state: State, input: LadderInput, best: RungName): void => {
  const { now, estimate = 0 } = input;
  if (state.probingSince !== undefined) {
    const up = fitting(state.rungs, best, estimate, upRate);
    state.settlingUntil = now + SETTLE;
    if (endProbe(state, up, now)) return;
  }
  state.patience.troubled(now);
  if (now < state.settlingUntil && !isFarTooMuch(state, estimate)) return;
  state.fullSince ??= now;
  const down = lower(state, input);
  if (down === state.current) return;
  state.patience.fell(now);
  move(state, down, now);
};

/** What is lost although there is no queue may be lost at any rate: smaller is worth a try, small is not. */
const onLossy = (state: State, { now }: LadderInput): void => {
  stopProbing(state);
  state.patience.troubled(now);
  state.lossySince ??= now;
  if (now - state.lossySince < LOSSY_FOR || now < state.settlingUntil) return;
  const next = state.rungs[rankOf(state.rungs, state.current) + 1];
  if (next === undefined || next.name === "slides") return;
  if (next.width * next.height < LOSSY_LEAST) return;
  state.patience.fell(now);
  move(state, next.name, now);
};

const onGood = (state: State, input: LadderInput, best: RungName): void => {
  const { carried, queue, now } = input;
  state.fullSince = undefined;
  state.settlingUntil = now;
  if (!isAbove(state, best, state.current)) return stopProbing(state);
  if (state.probingSince === undefined) {
    if (!state.patience.isOver(now)) return;
    state.probingSince = now;
    state.probe =
      PROBE_MARGIN * state.rungs[rankOf(state.rungs, best)]!.bitrate;
    return;
  }
  const isOver = now - state.probingSince >= PROBE_LIMIT;
  const hasQueue = queue > TRY_UNTIL_QUEUE;
  const rate = isOver && !hasQueue ? carried / TRIED : carried;
  const up = fitting(state.rungs, best, rate, upRate);
  if (up === best || hasQueue || isOver) endProbe(state, up, now);
};

/** Whoever wants a picture begins with one, if only with stills. */
const startAt = (
  rungs: readonly RungSpec[],
  start: RenditionName,
  limit: number,
): RungName => {
  const named = rungFor(rungs, start);
  if (named === "audio") return named;
  const fits = fitting(rungs, named, limit, leastRate);
  return fits === "audio" ? rungs.at(-1)!.name : fits;
};

/** Throws a TypeError without rungs. */
export const createLadder = (options: LadderOptions): Ladder => {
  const { rungs, now, start = "high", limit = Infinity } = options;
  if (rungs.length === 0) throw new TypeError("a ladder needs rungs");
  const state: State = {
    rungs,
    patience: createPatience(now),
    current: startAt(rungs, start, limit),
    settlingUntil: now,
    fullSince: undefined,
    lossySince: undefined,
    probingSince: undefined,
    probe: 0,
  };
  return {
    get probe() {
      return state.probe;
    },
    choose: (input) => {
      const { wanted, cap = "auto", now, full } = input;
      const best = rungFor(rungs, cap);
      const fixed = wanted === "auto" ? state.current : rungFor(rungs, wanted);
      move(state, isAbove(state, fixed, best) ? best : fixed, now);
      const isLossy = !full && input.lost > LOSSY;
      if (!isLossy) state.lossySince = undefined;
      if (wanted !== "auto") stopProbing(state);
      else if (isLossy) onLossy(state, input);
      else if (full) onFull(state, input, best);
      else onGood(state, input, best);
      return state.current;
    },
  };
};
