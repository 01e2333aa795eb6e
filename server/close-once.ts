/** Makes a `close` that may be called any number of times: every caller waits for the one that really closes. */
export const closeOnce = (
  close: () => Promise<void>,
): (() => Promise<void>) => {
  let closing: Promise<void> | undefined;
  return () => (closing ??= close());
};
