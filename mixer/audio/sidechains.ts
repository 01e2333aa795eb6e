/** How far the original is lowered under its interpreter, the same for all who hear it so. Pure. */
import { TICK } from "../media.js";
import type { Row } from "./rows.js";

/** It goes down within 100 ms, before the second syllable, and comes back within 600 ms, as a pause between sentences. */
const DOWN = TICK / 100_000;
const UP = TICK / 600_000;

/** What everybody but `by` is multiplied with, at the end of the tick before and of this one. */
export type Sidechain = {
  readonly by: readonly string[];
  before: number;
  value: number;
};

const AT_REST: Sidechain = { by: [], before: 1, value: 1 };

type Ducked = Pick<Row, "by" | "ducked">;

const wantedOf = (
  { by, ducked }: Ducked,
  talkers: ReadonlySet<string>,
): number => (by.some((id) => talkers.has(id)) ? ducked : 1);

export class Sidechains {
  readonly #talkers: ReadonlySet<string>;
  readonly #byKey = new Map<string, Sidechain & Ducked>();

  constructor(talkers: ReadonlySet<string>) {
    this.#talkers = talkers;
  }

  /** That of a row; one that is new is where its talkers have it, since whoever comes to it fades over from elsewhere. */
  of({ by, ducked, duckKey }: Row): Sidechain {
    if (by.length === 0) return AT_REST;
    let chain = this.#byKey.get(duckKey);
    if (chain === undefined) {
      const value = wantedOf({ by, ducked }, this.#talkers);
      chain = { by, ducked, before: value, value };
      this.#byKey.set(duckKey, chain);
    }
    return chain;
  }

  /** Once a tick, when it is known who talks. */
  tick(): void {
    for (const chain of this.#byKey.values()) {
      chain.before = chain.value;
      const away = wantedOf(chain, this.#talkers) - chain.value;
      const depth = Math.abs(1 - chain.ducked);
      chain.value += Math.max(-depth * DOWN, Math.min(depth * UP, away));
    }
  }

  /** Forgets all but these. */
  keep(chains: ReadonlySet<Sidechain>): void {
    for (const [key, chain] of this.#byKey)
      if (!chains.has(chain)) this.#byKey.delete(key);
  }
}
