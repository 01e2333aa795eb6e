/**
 * What went wrong, with a code to act on and a sentence to show. Codes are the server's (server/errors.ts), and three of the SDK's own:
 * `offline` (no connection to the server now), `timeout` (no answer in time), `closed` (the call is over).
 */
export class CallError extends Error {
  override readonly name = "CallError";
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Codes that say "not now" and not "never": trying again later may help. */
const TRANSIENT: ReadonlySet<string> = new Set([
  "offline",
  "timeout",
  "internal",
  "mixer-failed",
  "overloaded",
  "shutting-down",
]);

/** Whether the same request will be refused again however often it is sent. */
export const isFinal = (error: unknown): boolean =>
  error instanceof CallError && !TRANSIENT.has(error.code);

/** Anything thrown, as a CallError. */
export const asCallError = (error: unknown): CallError =>
  error instanceof CallError
    ? error
    : new CallError(
        "internal",
        error instanceof Error ? error.message : String(error),
        { cause: error },
      );
