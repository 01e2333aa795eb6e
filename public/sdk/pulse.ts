/** Whether the other end of the socket is alive, from when it was heard and asked. All times in milliseconds. Pure. */

/** Short enough to notice a dead line within seconds, long enough to cost nothing. */
const PING_EVERY = 5000;

/** One ping unanswered for this long, after 5 s of silence before it: 12 s without a word, and the line is dead. */
const ANSWER_WITHIN = 7000;

export type Pulse = {
  readonly pingedAt: number;
  /** When the first ping went out that nothing was heard after; undefined while there is none. */
  readonly unansweredSince: number | undefined;
};

export const startPulse = (now: number): Pulse => ({
  pingedAt: now,
  unansweredSince: undefined,
});

/** Anything heard proves the line. */
export const heard = (pulse: Pulse): Pulse => ({
  ...pulse,
  unansweredSince: undefined,
});

/**
 * What to do now. Judged by the unanswered ping and not by the silence alone, so that a page whose timers slept
 * (background tab, closed lid) asks first and does not drop a good socket.
 */
export const nextStep = (
  pulse: Pulse,
  now: number,
): "wait" | "ping" | "dead" =>
  pulse.unansweredSince !== undefined &&
  now - pulse.unansweredSince >= ANSWER_WITHIN
    ? "dead"
    : now - pulse.pingedAt >= PING_EVERY
      ? "ping"
      : "wait";

export const pinged = (pulse: Pulse, now: number): Pulse => ({
  pingedAt: now,
  unansweredSince: pulse.unansweredSince ?? now,
});
