import { setTimeout as delay } from "node:timers/promises";

export type Waiting<Value> = {
  /** What is waited for, in the words of the error. */
  what: string;
  read: () => Promise<Value> | Value;
  accept: (value: Value) => boolean;
  /** Milliseconds. */
  within?: number;
};

/** Nothing that a person waits for takes longer, even on a busy machine. */
const PATIENCE = 10_000;

/**
 * Measures again and again until the value is accepted: what is heard and seen has no event.
 * Resolves with the value, and the milliseconds that it took. @throws Error with the last value when it takes too long
 */
export const until = async <Value>({
  what,
  read,
  accept,
  within = PATIENCE,
}: Waiting<Value>): Promise<{ value: Value; after: number }> => {
  const start = performance.now();
  for (;;) {
    const value = await read();
    const after = performance.now() - start;
    if (accept(value)) return { value, after };
    if (after > within)
      throw new Error(
        `not within ${within} ms: ${what}; last seen: ${JSON.stringify(value)}`,
      );
    await delay(40);
  }
};
