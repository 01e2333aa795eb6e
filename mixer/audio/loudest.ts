/** Which voices are in the sum where only the loudest may be. */
import { TICK } from "../media.js";

/** So much louder than the weakest a newcomer takes its place at once, dB. */
const CLEARLY = 3;
/** And so much louder only after `PATIENCE`; less is heard by nobody, and the levels of equals differ by it. dB. */
const BARELY = 1;
/** Ticks: 200 ms, a syllable. */
const PATIENCE = 200_000 / TICK;
/** A level is followed at once when it rises and by 20 dB a second when it falls: pauses between words are no silence. */
const FALL = (20 * TICK) / 1_000_000;
/** Whoever talks goes before whoever coughs, types or has a fan: dB. */
const TALKING = 40;

/** Whoever talks keeps a place for at least a second: half a word of somebody tells nothing. Ticks. */
const KEEPS = 1_000_000 / TICK;

/** One voice's place: how loud it is, how long it has waited, and for how long it is not to be taken away again. */
export type Standing = {
  level: number;
  waits: number;
  keeps: number;
};

/** What is looked at of a source. */
export type Contender = {
  /** Whether it is in the next sum. */
  chosen: boolean;
  readonly standing: Standing;
  readonly gain: number;
  readonly level: {
    readonly open: boolean;
    /** dB below full scale. */
    readonly rms: number;
    readonly talking: boolean;
  };
};

export const createStanding = (): Standing => ({
  level: -127,
  waits: 0,
  keeps: KEEPS,
});

/**
 * Chooses at the end of a tick who is in the next one's sum.
 *
 * - While there is room everybody is in, and a voice that begins is in from its first tick.
 * - Then one voice at most changes places a tick, and nobody flaps: see `CLEARLY`, `PATIENCE` and `KEEPS`.
 */
export class Loudest {
  /** 0 is all. */
  most = 0;
  #chosen = 0;

  /** Before a tick's sources are summed. */
  begin(sources: Iterable<Contender>): void {
    this.#chosen = 0;
    if (this.most === 0) return;
    for (const { chosen } of sources) if (chosen) this.#chosen++;
  }

  /** Whether somebody who begins to be heard in this tick may be. */
  admit(): boolean {
    if (this.most !== 0 && this.#chosen >= this.most) return false;
    this.#chosen++;
    return true;
  }

  /** After a tick: who is silent gives up its place, and the weakest to somebody stronger. */
  end(sources: Iterable<Contender>): void {
    if (this.most === 0) return;
    let weakest: Contender | undefined;
    let loosest: Contender | undefined;
    let strongest: Contender | undefined;
    let chosen = 0;
    for (const source of sources) {
      follow(source);
      if (source.chosen) {
        chosen++;
        weakest = weaker(weakest, source);
        if (!isKept(source)) loosest = weaker(loosest, source);
      } else if (source.level.open) {
        if (strongest === undefined || isStronger(source, strongest))
          strongest = source;
      }
    }
    if (chosen > this.most) weakest!.chosen = false;
    else if (strongest !== undefined && chosen < this.most) take(strongest);
    else if (strongest !== undefined && loosest !== undefined)
      contend(strongest, loosest);
  }
}

const take = (newcomer: Contender): void => {
  newcomer.chosen = true;
  newcomer.standing.waits = 0;
};

const contend = (newcomer: Contender, holder: Contender): void => {
  const { standing } = newcomer;
  const over = standing.level - holder.standing.level;
  standing.waits = over > BARELY ? standing.waits + 1 : 0;
  if (over < CLEARLY && standing.waits < PATIENCE) return;
  holder.chosen = false;
  holder.standing.waits = 0;
  take(newcomer);
};

const follow = (contender: Contender): void => {
  const { standing, level, gain } = contender;
  if (!level.open) contender.chosen = false;
  if (!contender.chosen) standing.keeps = KEEPS;
  else if (standing.keeps > 0) standing.keeps--;
  const loud =
    level.rms +
    20 * Math.log10(Math.max(gain, 1e-3)) +
    (level.talking ? TALKING : 0);
  standing.level = Math.max(loud, standing.level - FALL);
};

const isStronger = (a: Contender, b: Contender): boolean =>
  a.standing.level > b.standing.level;

const weaker = (a: Contender | undefined, b: Contender): Contender =>
  a === undefined || isStronger(a, b) ? b : a;

const isKept = ({ standing, level }: Contender): boolean =>
  level.talking && standing.keeps > 0;
