/** Rows of the routing matrix, made so that two that say the same are known by the same key. Pure. */
import type { MixRow } from "../contract-sound.js";

/** No voice is ever made louder for a listener than this, so that the sum of a thousand fits its 32 bits. */
const MOST = 4;

/** Who owns what is played to everybody: whoever hears anybody hears it, also who hears only some. */
export const PLAYED = "played";

export const checkGain = (gain: number): void => {
  if (!(gain >= 0 && gain <= MOST))
    throw new TypeError(`gain must be 0 to ${MOST}, got ${gain}`);
};

export class Row {
  /** The same for rows that say the same; "" for the one that changes nothing. */
  readonly key: string;
  /** Who is heard otherwise than the rest, and at which gain. */
  readonly ids: readonly string[];
  readonly gains: readonly number[];
  readonly otherwise: number;
  /** Who ducks the others; nobody if empty. */
  readonly by: readonly string[];
  readonly ducked: number;
  /** The same for rows that are ducked alike. */
  readonly duckKey: string;
  readonly #gains: ReadonlyMap<string, number>;
  readonly #played: number;

  /** `played`: at which gain what is played to everybody is heard unless the row says. Throws a TypeError for a bad gain. */
  constructor({ gains = {}, otherwise = 1, duck }: MixRow = {}, played = 1) {
    this.#played = played;
    checkGain(otherwise);
    const said = Object.entries(gains);
    for (const [, gain] of said) checkGain(gain);
    const other = said
      .filter(([, gain]) => gain !== otherwise)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    this.ids = other.map(([id]) => id);
    this.gains = other.map(([, gain]) => gain);
    this.otherwise = otherwise;
    this.#gains = new Map(other);
    this.ducked = duck?.gain ?? 1;
    checkGain(this.ducked);
    this.by = this.ducked === 1 ? [] : [...(duck?.by ?? [])].sort();
    this.duckKey = JSON.stringify([this.by, this.ducked]);
    this.key = this.#describe();
  }

  gainOf(id: string): number {
    const gain = this.#gains.get(id);
    if (gain !== undefined) return gain;
    return id === PLAYED ? this.#played : this.otherwise;
  }

  /** Both, one after the other: this one's gains times these. */
  times(gains: Readonly<Record<string, number>>): Row {
    if (Object.keys(gains).length === 0) return this;
    const ids = new Set([...this.ids, ...Object.keys(gains)]);
    const product: Record<string, number> = {};
    for (const id of ids)
      product[id] = Math.min(MOST, this.gainOf(id) * (gains[id] ?? 1));
    const { otherwise, by, ducked } = this;
    const duck = { by: [...by], gain: ducked };
    return new Row({ gains: product, otherwise, duck });
  }

  #describe(): string {
    const { ids, gains, otherwise, by, ducked } = this;
    if (ids.length === 0 && otherwise === 1 && by.length === 0) return "";
    const duck = by.length && ducked;
    return JSON.stringify([ids, gains, otherwise, by, duck, this.#played]);
  }
}

export const EVERYBODY = new Row();
export const NOBODY = new Row({ otherwise: 0 }, 0);
