/** Which listener hears which output: as few of them as there are different things to hear. */
import type { MixRow } from "../contract-sound.js";
import { Output, type Heard } from "./output.js";
import type { Summed } from "./summed.js";
import { RowSums } from "./row-sum.js";
import { EVERYBODY, NOBODY, Row } from "./rows.js";

/** What a listener is to hear, and what it heard last. */
type Listener = {
  /** Whose sources it does not hear. */
  readonly owner: string | undefined;
  row: Row;
  balance: Readonly<Record<string, number>>;
  deaf: boolean;
  /** `row` with `balance`. */
  wanted: Row;
  /** Of the last tick. `reached` is what that tick ended with; all undefined while it does not listen. */
  from: Row | undefined;
  reached: Row | undefined;
  own: string | undefined;
  output: Output | undefined;
  /**
   * A ramp ended with the last tick, and this is which: its end is still in the limiter, so that in this tick only those
   * hear the same who have heard that, too. "" for none.
   */
  after: string;
  /** What was heard in the last tick. */
  heard: string;
  listens: boolean;
};

const createListener = (owner: string | undefined, row: Row): Listener => ({
  owner,
  row,
  balance: {},
  deaf: false,
  wanted: row,
  from: undefined,
  reached: undefined,
  own: undefined,
  output: undefined,
  after: "",
  heard: "",
  listens: false,
});

const tune = (listener: Listener): void => {
  const { row, balance, deaf } = listener;
  const wanted = deaf ? NOBODY : row.times(balance);
  // Not another object for what says the same: in a tick only references are compared.
  if (wanted.key !== listener.wanted.key) listener.wanted = wanted;
};

const keyOf = ({ sum, own }: Heard): string => `${sum.key}#${own ?? ""}`;

export class Outputs {
  readonly #summed: Summed;
  readonly #people = new Map<string, Listener>();
  /** Those who are no participants, by what they have chosen to hear. */
  readonly #channels = new Map<string, Listener>();
  readonly #rows = new Map<string, Row>();
  readonly #byKey = new Map<string, Output>();
  readonly #sums: RowSums;

  constructor(summed: Summed) {
    this.#summed = summed;
    this.#sums = new RowSums(summed);
  }

  /** How many there are. */
  get size(): number {
    return this.#byKey.size;
  }

  /** Throws a TypeError for a bad gain, and changes nothing. */
  setRow(owner: string, row: MixRow | undefined): void {
    if (row === undefined && !this.#people.has(owner)) return;
    const listener = this.#person(owner);
    listener.row = row === undefined ? EVERYBODY : new Row(row);
    tune(listener);
  }

  setBalance(owner: string, gains: Readonly<Record<string, number>>): void {
    const balance = { ...gains };
    const listener = this.#person(owner);
    new Row({ gains: balance });
    listener.balance = balance;
    tune(listener);
  }

  setDeaf(owner: string, deaf: boolean): void {
    const listener = this.#person(owner);
    listener.deaf = deaf;
    tune(listener);
  }

  /** Whoever listens to a channel that has no row hears what "" does. */
  setChannel(name: string, row: MixRow | undefined): void {
    if (row === undefined) this.#rows.delete(name);
    else this.#rows.set(name, new Row(row));
    for (const [channel, listener] of this.#channels) {
      listener.row = this.#rowOf(channel);
      tune(listener);
    }
  }

  /** On this channel these are not heard, whatever its row says. */
  leaveOut(channel: string, owners: Iterable<string>): void {
    const listener = this.#channel(channel);
    listener.balance = Object.fromEntries([...owners].map((id) => [id, 0]));
    tune(listener);
  }

  listen(owner: string | undefined, channel = ""): Output {
    const listener =
      owner === undefined ? this.#channel(channel) : this.#person(owner);
    listener.listens = true;
    return listener.output ?? this.#place(listener);
  }

  /** A new tick: who listened in the last one is given what it hears in this. To be called before any output is read. */
  turn(): void {
    this.#sums.tick();
    for (const listener of this.#people.values()) {
      this.#follow(listener);
      if (listener.output === undefined && this.#isGone(listener))
        this.#people.delete(listener.owner!);
    }
    for (const listener of this.#channels.values()) this.#follow(listener);
    this.#closeUnheard();
  }

  forget(owner: string): void {
    this.#people.delete(owner);
  }

  /** Whose last source was removed while it still listened, and was forgotten with all that had been set for it. */
  #isGone({ owner, wanted }: Listener): boolean {
    return wanted === EVERYBODY && !this.#summed.owners.has(owner ?? "");
  }

  #closeUnheard(): void {
    const { ticks } = this.#summed;
    for (const output of this.#byKey.values())
      if (output.wantedAt !== ticks) this.#byKey.delete(output.key);
      else output.heard.sum.wantedAt = ticks;
    this.#sums.closeUnwanted();
  }

  #follow(listener: Listener): void {
    if (listener.listens) this.#place(listener);
    else
      listener.output =
        listener.from =
        listener.reached =
        listener.own =
          undefined;
    listener.listens = false;
  }

  #place(listener: Listener): Output {
    const { output: before, wanted: to, reached } = listener;
    const from = reached ?? to;
    const own = this.#ownOf(listener, from, to);
    const after = listener.from === reached ? "" : listener.heard;
    const same =
      from === listener.from &&
      to === reached &&
      own === listener.own &&
      after === listener.after;
    if (before === undefined || !same) {
      const heard = { sum: this.#sums.of(from, to), own };
      listener.heard = keyOf(heard);
      const key = after === "" ? listener.heard : `${listener.heard}~${after}`;
      listener.output = this.#find(key, heard, before);
    }
    listener.from = from;
    listener.reached = to;
    listener.own = own;
    listener.after = after;
    const output = listener.output!;
    output.wantedAt = this.#summed.ticks;
    return output;
  }

  /** Itself where its own voice would be heard. */
  #ownOf({ owner }: Listener, from: Row, to: Row): string | undefined {
    if (owner === undefined) return undefined;
    if (this.#summed.owners.get(owner)?.isContributor !== true)
      return undefined;
    return from.gainOf(owner) === 0 && to.gainOf(owner) === 0
      ? undefined
      : owner;
  }

  #find(key: string, heard: Heard, before?: Output): Output {
    const there = this.#byKey.get(key);
    if (there !== undefined) return there;
    if (before !== undefined && this.#mayBecome(before, heard)) {
      this.#byKey.delete(before.key);
      before.become(key, heard);
      this.#byKey.set(key, before);
      return before;
    }
    const output = new Output(this.#summed, key, heard);
    if (before === undefined) output.begin();
    else output.continue(before);
    this.#byKey.set(key, output);
    return output;
  }

  /** What is one listener's alone, or has come to the end of its ramp, goes on under another key, and its encoder with it. */
  #mayBecome(before: Output, { sum, own }: Heard): boolean {
    if (before.wantedAt === this.#summed.ticks) return false;
    if (before.heard.own !== undefined) return true;
    return (
      own === undefined && !sum.turns && sum.to.key === before.heard.sum.to.key
    );
  }

  #person(owner: string): Listener {
    let listener = this.#people.get(owner);
    if (listener === undefined) {
      listener = createListener(owner, EVERYBODY);
      this.#people.set(owner, listener);
    }
    return listener;
  }

  #channel(name: string): Listener {
    let listener = this.#channels.get(name);
    if (listener === undefined) {
      listener = createListener(undefined, this.#rowOf(name));
      this.#channels.set(name, listener);
    }
    return listener;
  }

  #rowOf(channel: string): Row {
    return this.#rows.get(channel) ?? this.#rows.get("") ?? EVERYBODY;
  }
}
