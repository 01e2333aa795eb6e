/** Which voices are in the sum where only the loudest may be. */
import { TICK } from "../media.js";

/** So much louder than the weakest a newcomer takes its place at once, dB; below that only after `PATIENCE`. */
const CLEARLY = 3;
/** Ticks: 200 ms, a syllable. */
const PATIENCE = 200_000 / TICK;
/** A level is followed at once when it rises and by 20 dB a second when it falls: pauses between words are no silence. */
const FALL = (20 * TICK) / 1_000_000;
/** Whoever talks goes before whoever coughs, types or has a fan: dB. */
const TALKING = 40;

/** One voice's place: how loud it is, and how long it has waited. */
export type Standing = {
  level: number;
  waits: number;
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

export const createStanding = (): Standing => ({ level: -127, waits: 0 });

/**
 * Chooses at the end of a tick who is in the next one's sum.
 *
 * - While there is room everybody is in, and a voice that begins is in from its first tick.
 * - Then one voice at most changes places a tick, and nobody flaps: see `CLEARLY` and `PATIENCE`.
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
    let strongest: Contender | undefined;
    let chosen = 0;
    for (const source of sources) {
      follow(source);
      if (!source.level.open) source.chosen = false;
      if (source.chosen) {
        chosen++;
        if (weakest === undefined || isStronger(weakest, source))
          weakest = source;
      } else if (source.level.open) {
        if (strongest === undefined || isStronger(source, strongest))
          strongest = source;
      }
    }
    if (chosen > this.most && weakest !== undefined) weakest.chosen = false;
    else if (strongest !== undefined)
      this.#contend(strongest, chosen < this.most ? undefined : weakest);
  }

  #contend(newcomer: Contender, holder: Contender | undefined): void {
    const { standing } = newcomer;
    if (holder === undefined) {
      newcomer.chosen = true;
      standing.waits = 0;
      return;
    }
    const over = standing.level - holder.standing.level;
    standing.waits = over > 0 ? standing.waits + 1 : 0;
    if (over < CLEARLY && standing.waits < PATIENCE) return;
    holder.chosen = false;
    holder.standing.waits = 0;
    newcomer.chosen = true;
    standing.waits = 0;
  }
}

const follow = ({ standing, level, gain }: Contender): void => {
  const loud =
    level.rms +
    20 * Math.log10(Math.max(gain, 1e-3)) +
    (level.talking ? TALKING : 0);
  standing.level = Math.max(loud, standing.level - FALL);
};

const isStronger = (a: Contender, b: Contender): boolean =>
  a.standing.level > b.standing.level;
