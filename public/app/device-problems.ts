/** What to tell somebody whose browser gives no microphone or camera: what is the matter, and what to do. Pure. */

export type DeviceKind = "microphone" | "camera";

type Sentences = (device: DeviceKind) => string;

const BLOCKED: Sentences = (device) =>
  `The browser does not let this page use the ${device}. Allow it with the sign beside the address, then switch the ${device} on again.`;
const MISSING: Sentences = (device) =>
  `No ${device} was found. Plug one in and it will be used; you can take part without it.`;
const BUSY: Sentences = (device) =>
  `The ${device} cannot be used: another program may hold it, or it is switched off. Free it, then switch it on again.`;
const UNFIT: Sentences = (device) =>
  `The chosen ${device} is not there any more. Choose another one.`;
const FORBIDDEN: Sentences = (device) =>
  `This device or page is set up to forbid the ${device}. Whoever administers it can change that; you can take part without it.`;
const UNSUPPORTED: Sentences = (device) =>
  `The browser gives pages the ${device} only over a secure connection. Open this page with https:// to be ${device === "camera" ? "seen" : "heard"}.`;

/** By the DOMException's name, as getUserMedia throws it. `TypeError` comes where there is no getUserMedia. */
const SENTENCES: Readonly<Record<string, Sentences>> = {
  NotAllowedError: BLOCKED,
  NotFoundError: MISSING,
  NotReadableError: BUSY,
  AbortError: BUSY,
  OverconstrainedError: UNFIT,
  SecurityError: FORBIDDEN,
  TypeError: UNSUPPORTED,
};

/** A sentence or two for this failure of getUserMedia. */
export const deviceProblem = (device: DeviceKind, errorName: string): string =>
  (
    SENTENCES[errorName] ??
    (() =>
      `The ${device} does not work (${errorName}). Choose another one, or take part without it.`)
  )(device);

/** Whether plugging in a device may cure it by itself. */
export const isCuredByPlugging = (errorName: string): boolean =>
  errorName === "NotFoundError" || errorName === "OverconstrainedError";
