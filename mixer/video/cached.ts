import type { InTurn } from "./turns.js";

/** Things rasterized once and used again while, or when again, they show what is wanted. */
export type Cached<Value> = {
  /** The last that was asked for and is there; it may show something else than what is wanted now. */
  readonly last: Value | undefined;
  /** The one for `key`, made at most once. Makers run in turn with those of others. */
  get(
    key: string,
    make: () => Promise<Value | undefined>,
  ): Promise<Value | undefined>;
};

/** Who talks and is large, then small, then large again, needs two sizes; the third is for a screen that comes between. */
const KEPT = 3;

export const createCached = <Value>(inTurn: InTurn): Cached<Value> => {
  /** In the order of their last use. */
  const kept = new Map<string, Promise<Value | undefined>>();
  let wanted = "";
  let last: Value | undefined;
  const make = (
    key: string,
    maker: () => Promise<Value | undefined>,
  ): Promise<Value | undefined> => {
    const making = inTurn(maker);
    // Asked for again, it is tried again.
    making.catch(() => kept.delete(key));
    return making;
  };
  return {
    get last() {
      return last;
    },
    get(key, maker) {
      if (key === wanted && kept.has(key)) return kept.get(key)!;
      wanted = key;
      const value = kept.get(key) ?? make(key, maker);
      kept.delete(key);
      kept.set(key, value);
      if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
      value.then(
        (made) => {
          if (wanted === key) last = made;
        },
        () => undefined,
      );
      return value;
    },
  };
};
