import type { Summed } from "./summed.js";
import { clearPlanes, createPlanes, type Planes } from "./planes.js";
import type { Row } from "./rows.js";
import { Sidechains, type Sidechain } from "./sidechains.js";
import { addVoices, exact, scale, slope } from "./sum.js";

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
  /** Of each in the sum: at which gain it is added to what is there, and by how much that grows with each sample. */
  #gains = new Float64Array(0);
  #steps = new Float64Array(0);
  /** What it is added to: everybody's sum at this gain and step; or nothing. */
  #base = 0;
  #rise = 0;
  #isTotal = false;
  /** For which sum and which rows at rest they were found. */
  #foundFor = -1;
  #foundAt = Number.NaN;

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

  #make(): Planes {
    const { total, inSum, channels } = this.#summed;
    this.#find();
    if (this.#isTotal) return total;
    if (this.#made?.length !== channels) this.#made = createPlanes(channels);
    const planes = this.#made;
    if (this.#base === 0 && this.#rise === 0) clearPlanes(planes);
    else scale(total, planes, this.#base, this.#rise);
    addVoices(planes, inSum, this.#gains, this.#steps);
    return planes;
  }

  /** Once for as long as the same voices are in the sum and nothing turns. */
  #find(): void {
    const { inSum, inSumChanges } = this.#summed;
    const { value } = this.toChain;
    const rests = !this.turns && this.fromChain.before === value;
    if (rests && inSumChanges === this.#foundFor && value === this.#foundAt)
      return;
    if (this.#gains.length < inSum.length) {
      this.#gains = new Float64Array(2 * inSum.length);
      this.#steps = new Float64Array(2 * inSum.length);
    }
    this.#foundFor = inSumChanges;
    this.#foundAt = rests ? value : Number.NaN;
    this.#findGains();
  }

  /** From everybody's sum, put right for those who are heard otherwise; or voice by voice, where those are fewer. */
  #findGains(): void {
    const { inSum } = this.#summed;
    const gains = this.#gains;
    const steps = this.#steps;
    const base = exact(this.from.otherwise * this.fromChain.before);
    const end = exact(this.to.otherwise * this.toChain.value);
    const rise = slope(base, end);
    let others = 0;
    let heard = 0;
    for (let i = 0; i < inSum.length; i++) {
      const { id } = inSum[i]!;
      const gain = (gains[i] = this.before(id));
      const step = (steps[i] = slope(gain, this.after(id)));
      if (gain !== base || step !== rise) others++;
      if (gain !== 0 || step !== 0) heard++;
    }
    this.#isTotal = others === 0 && base === 1 && rise === 0;
    const corrects = others < heard;
    this.#base = corrects ? base : 0;
    this.#rise = corrects ? rise : 0;
    for (let i = 0; i < inSum.length; i++) {
      gains[i] = gains[i]! - this.#base;
      steps[i] = steps[i]! - this.#rise;
    }
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
