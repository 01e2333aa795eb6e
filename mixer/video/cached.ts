import type { InTurn } from "./turns.js";

/** Something rasterized once and used until what it shows changes. */
export type Cached<Value> = {
  /** The last that was finished; it may show something else than what is wanted now. */
  readonly last: Value | undefined;
  /** The one for `key`, made at most once. Makers run in turn with those of others. */
  get(
    key: string,
    make: () => Promise<Value | undefined>,
  ): Promise<Value | undefined>;
};

export const createCached = <Value>(inTurn: InTurn): Cached<Value> => {
  let key: string | undefined;
  let wanted: Promise<Value | undefined> = Promise.resolve(undefined);
  let last: Value | undefined;
  return {
    get last() {
      return last;
    },
    get(newKey, make) {
      if (newKey === key) return wanted;
      key = newKey;
      const making = inTurn(make);
      wanted = making;
      making.then(
        (value) => {
          if (wanted === making) last = value;
        },
        // Asked for again, it is tried again.
        () => {
          if (wanted === making) key = undefined;
        },
      );
      return making;
    },
  };
};
