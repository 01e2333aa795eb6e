/** Notices that nobody has needed a room for a while. At most one timer, and none while it is needed or has been put away. */
export type Idle = {
  /** To be called whenever what `needed` depends on may have changed. */
  check(): void;
  /** No further notice. */
  stop(): void;
};

export const createIdle = ({
  needed,
  graceMs,
  onIdle,
}: {
  needed(): boolean;
  graceMs: number;
  onIdle(): void;
}): Idle => {
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  return {
    check: () => {
      if (needed()) return stop();
      timer ??= setTimeout(() => {
        timer = undefined;
        onIdle();
      }, graceMs);
    },
    stop,
  };
};
