import type { FailureCode } from "../mixer/contract.js";

/** Every error that a client may see, with its HTTP status. */
const STATUS = {
  "bad-request": 400,
  "bad-message": 400,
  "not-authorised": 401,
  "wrong-pin": 401,
  forbidden: 403,
  "not-found": 404,
  "no-such-room": 404,
  "no-such-participant": 404,
  "no-such-recording": 404,
  "method-not-allowed": 405,
  "not-acceptable": 406,
  conflict: 409,
  "room-full": 409,
  gone: 410,
  "precondition-failed": 412,
  "too-large": 413,
  "unsupported-media-type": 415,
  "range-not-satisfiable": 416,
  "too-often": 429,
  internal: 500,
  "not-implemented": 501,
  "mixer-failed": 502,
  overloaded: 503,
  "shutting-down": 503,
} as const;

export type ErrorCode = keyof typeof STATUS;

/** An error the client may see. Anything else is a bug, and the client only learns that something went wrong. */
export class ConferenceError extends Error {
  override readonly name = "ConferenceError";
  readonly status: number;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.status = STATUS[code];
  }
}

const FROM_MIXER = {
  "bad-request": "bad-request",
  "not-acceptable": "not-acceptable",
  "not-found": "not-found",
  overloaded: "overloaded",
  failed: "mixer-failed",
} as const satisfies Record<FailureCode, ErrorCode>;

/** A mixer's failure as the client's error. */
export const fromMixer = (
  code: FailureCode,
  message: string,
): ConferenceError => new ConferenceError(FROM_MIXER[code], message);
