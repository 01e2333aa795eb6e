/** Runs asynchronous work one piece at a time, in order. */
export type Exclusive = {
  /** Something runs or waits. */
  readonly busy: boolean;
  run: <Result>(work: () => Promise<Result> | Result) => Promise<Result>;
};

export const createExclusive = (): Exclusive => {
  let pending = 0;
  let last: Promise<unknown> = Promise.resolve();
  return {
    get busy() {
      return pending > 0;
    },
    run: (work) => {
      pending++;
      const result = last.then(work).finally(() => pending--);
      last = result.catch(() => undefined);
      return result;
    },
  };
};
