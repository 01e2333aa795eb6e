/**
 * Sends values one after the other, the newest as soon as the one before has been answered: a slider that is drawn says
 * more than a server wants to hear. `send` must not reject.
 */
export const createLatest = <Value>(
  send: (value: Value) => Promise<unknown>,
): ((value: Value) => void) => {
  let waiting: { value: Value } | undefined;
  let sending = false;
  const next = async (): Promise<void> => {
    sending = true;
    while (waiting !== undefined) {
      const { value } = waiting;
      waiting = undefined;
      await send(value);
    }
    sending = false;
  };
  return (value) => {
    waiting = { value };
    if (!sending) void next();
  };
};
