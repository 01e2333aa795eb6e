import type { Summed } from "./output.js";
import { clearPlanes, createPlanes, type Planes } from "./planes.js";
import type { Row } from "./rows.js";
import { Sidechains, type Sidechain } from "./sidechains.js";
import { Adder, exact, scale, slope } from "./sum.js";

const adder = new Adder();

/**
 * What all who hear by the same row hear, their own voices among it: made once a tick, however many they are.
 *
 * Over a tick the gains go from one row's to another's.
 */
export class RowSum {
  /** Of its rows. */
  readonly key: string;
  readonly from: Row;
  readonly to: Row;
  readonly fromChain: Sidechain;
  readonly toChain: Sidechain;
  /** The tick in which an output was last found to need it. */
  wantedAt = -1;
  readonly #summed: Summed;
  /** Only where it is not everybody's sum. */
  #made: Planes | undefined;
  #planes: Planes = [];
  #doneAt = -1;
  /** Of each in the sum the gain where the tick begins and where it ends. */
  readonly #gains: number[] = [];
  #others = 0;
  #heard = 0;

  constructor(summed: Summed, key: string, rows: [Row, Row], of: Sidechains) {
    this.#summed = summed;
    this.key = key;
    [this.from, this.to] = rows;
    this.fromChain = of.of(this.from);
    this.toChain = of.of(this.to);
  }

  /** Whether its two rows differ. */
  get turns(): boolean {
    return this.from.key !== this.to.key;
  }

  /** Of the last tick; not rounded. */
  get planes(): Planes {
    const { ticks } = this.#summed;
    if (this.#doneAt !== ticks) {
      this.#doneAt = ticks;
      this.#planes = this.#make();
    }
    return this.#planes;
  }

  /** At which gain a voice is in the sum where the tick begins. */
  before(id: string): number {
    return gainOf(this.from, this.fromChain, id, this.fromChain.before);
  }

  /** And where it ends. */
  after(id: string): number {
    return gainOf(this.to, this.toChain, id, this.toChain.value);
  }

  /** From everybody's sum, put right for those who are heard otherwise; or voice by voice, where those are fewer. */
  #make(): Planes {
    const { total, inSum, channels } = this.#summed;
    const from = exact(this.from.otherwise * this.fromChain.before);
    const to = exact(this.to.otherwise * this.toChain.value);
    this.#look(from, to);
    if (this.#others === 0 && from === 1 && to === 1) return total;
    const planes = (this.#made ??= createPlanes(channels));
    const corrects = this.#others < this.#heard;
    const base = corrects ? from : 0;
    const rise = corrects ? slope(from, to) : 0;
    if (corrects) scale(total, planes, base, rise);
    else clearPlanes(planes);
    const gains = this.#gains;
    for (let i = 0; i < inSum.length; i++) {
      const step = slope(gains[2 * i]!, gains[2 * i + 1]!) - rise;
      adder.add(inSum[i]!.added, planes, gains[2 * i]! - base, step);
    }
    adder.finish(planes);
    return planes;
  }

  /** Finds all gains; and how many have others than these, and how many are heard at all. */
  #look(from: number, to: number): void {
    const { inSum } = this.#summed;
    const gains = this.#gains;
    this.#others = this.#heard = 0;
    for (let i = 0; i < inSum.length; i++) {
      const { id } = inSum[i]!;
      const before = (gains[2 * i] = this.before(id));
      const after = (gains[2 * i + 1] = this.#rests ? before : this.after(id));
      if (before !== from || after !== to) this.#others++;
      if (before !== 0 || after !== 0) this.#heard++;
    }
  }

  get #rests(): boolean {
    return !this.turns && this.fromChain.before === this.toChain.value;
  }
}

const gainOf = (
  row: Row,
  { by }: Sidechain,
  id: string,
  duck: number,
): number => exact(row.gainOf(id) * (by.includes(id) ? 1 : duck));

/** The sums that are needed now. */
export class RowSums {
  readonly #summed: Summed;
  readonly #chains: Sidechains;
  readonly #byKey = new Map<string, RowSum>();
  readonly #kept = new Set<Sidechain>();

  constructor(summed: Summed) {
    this.#summed = summed;
    this.#chains = new Sidechains(summed.talkers);
  }

  of(from: Row, to: Row): RowSum {
    const key = from.key === to.key ? to.key : `${from.key}>${to.key}`;
    let sum = this.#byKey.get(key);
    if (sum === undefined) {
      sum = new RowSum(this.#summed, key, [from, to], this.#chains);
      this.#byKey.set(key, sum);
    }
    return sum;
  }

  /** Once a tick, when it is known who talks. */
  tick(): void {
    this.#chains.tick();
  }

  /** Forgets what was not wanted in this tick. */
  closeUnwanted(): void {
    const { ticks } = this.#summed;
    const kept = this.#kept;
    kept.clear();
    for (const sum of this.#byKey.values())
      if (sum.wantedAt !== ticks) this.#byKey.delete(sum.key);
      else kept.add(sum.fromChain).add(sum.toChain);
    this.#chains.keep(kept);
  }
}
