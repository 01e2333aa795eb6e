/** An error as the client sees it. */
import type { Logger } from "pino";
import { ConferenceError } from "../errors.js";
import type { MessageId, ServerMessage } from "./messages.js";

/** What is no ConferenceError is a bug of ours: the log has it, and the client learns only that it happened. */
export const errorFor = (
  { log }: { log: Logger },
  error: unknown,
  id?: MessageId,
): ServerMessage => {
  if (error instanceof ConferenceError) {
    const { code, message } = error;
    return { type: "error", id, error: { code, message } };
  }
  log.error({ err: error }, "message failed");
  const message = "Something went wrong on the server";
  return { type: "error", id, error: { code: "internal", message } };
};
