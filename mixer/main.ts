/** The mixer process: requests in, replies and events out, over Node's child-process IPC. */
import pino, { type Logger } from "pino";
import {
  MixerError,
  type EventMessage,
  type Failure,
  type MixerOptions,
  type OptionsMessage,
  type ReplyMessage,
  type RequestMessage,
} from "./contract.js";
import { requireFfmpeg } from "./ffmpeg.js";
import { createHandlers, type RequestHandlers } from "./requests.js";
import type { Emit } from "./room/room.js";
import { EncoderFallback } from "./video/encoder.js";

const post = (message: ReplyMessage | EventMessage): void => {
  // With a callback an error is told to it; without one, a server that has just gone would crash this process.
  if (process.connected)
    process.send?.(message, undefined, undefined, () => undefined);
};

const emit: Emit = (name, data) =>
  post({ kind: "event", name, data } as EventMessage);

/** A failure that the asker may see; anything else is a bug, and logged as one. */
const failureOf = (error: unknown, request: string, log: Logger): Failure => {
  if (error instanceof MixerError)
    return { code: error.code, message: error.message };
  log.error({ err: error, request }, "a request failed");
  const message = error instanceof Error ? error.message : String(error);
  return { code: "failed", message };
};

const handle = async (
  request: RequestMessage,
  handlers: RequestHandlers,
  log: Logger,
): Promise<void> => {
  const { id, name, params } = request;
  try {
    const handler = handlers[name] as (
      params: RequestMessage["params"],
    ) => Awaited<ReturnType<RequestHandlers[typeof name]>>;
    post({ kind: "reply", id, result: await handler(params) });
  } catch (error) {
    post({ kind: "reply", id, failure: failureOf(error, name, log) });
  }
};

const start = (options: MixerOptions): void => {
  const log = pino(
    { name: "mixer", level: options.logLevel },
    pino.destination(2),
  );
  const handlers = createHandlers({
    options,
    emit,
    onError: (error) => {
      if (error instanceof EncoderFallback)
        log.warn({ reason: error.message }, "software encodes instead");
      else log.error({ err: error }, "a picture failed");
    },
  });
  process.on(
    "message",
    (message: RequestMessage) => void handle(message, handlers, log),
  );
  emit("ready", {});
  // Asked now, the first recording does not wait a second for the answer on a busy machine; it tells what is wrong, too.
  requireFfmpeg().catch((error: unknown) =>
    log.warn({ err: error }, "nothing can be recorded"),
  );
};

process.once("message", ({ options }: OptionsMessage) => start(options));
// Without the server nobody can be told anything. Running recorders see the end of their pipe and close their parts.
process.on("disconnect", () => process.exit(0));
// Ctrl-C and service managers signal the whole group; the server decides when a mixer goes, by disconnecting.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => undefined);
