import { CallError } from "./errors.js";
import type { MessageId, ServerMessage } from "./protocol.js";

type Waiting = {
  since: number;
  resolve: (reply: ServerMessage) => void;
  reject: (error: CallError) => void;
};

export type Requests = {
  /** A new id, and the promise of the reply that will carry it. `now` in milliseconds. */
  open(now: number): { id: number; reply: Promise<ServerMessage> };
  /** Takes a reply; false if nobody waits for it (then it is an event). An `error` rejects with its code. */
  settle(message: ServerMessage): boolean;
  /** Gives up those asked before this moment. */
  expire(before: number): void;
  /** Gives up all. */
  fail(error: CallError): void;
};

const idOf = (message: ServerMessage): MessageId | undefined =>
  "id" in message ? message.id : undefined;

/** Pairs replies with requests by their `id`. Holds no timer: whoever owns it says what time it is. */
export const createRequests = (): Requests => {
  const waiting = new Map<MessageId, Waiting>();
  let last = 0;
  const reject = (id: MessageId, error: CallError): void => {
    const request = waiting.get(id);
    waiting.delete(id);
    request?.reject(error);
  };
  return {
    open: (now) => {
      const id = ++last;
      const reply = new Promise<ServerMessage>((resolve, reject) =>
        waiting.set(id, { since: now, resolve, reject }),
      );
      return { id, reply };
    },
    settle: (message) => {
      const id = idOf(message);
      const request = id === undefined ? undefined : waiting.get(id);
      if (id === undefined || request === undefined) return false;
      waiting.delete(id);
      if (message.type === "error")
        request.reject(
          new CallError(message.error.code, message.error.message),
        );
      else request.resolve(message);
      return true;
    },
    expire: (before) => {
      for (const [id, { since }] of [...waiting])
        if (since < before)
          reject(
            id,
            new CallError("timeout", "The server did not answer in time."),
          );
    },
    fail: (error) => {
      for (const id of [...waiting.keys()]) reject(id, error);
    },
  };
};
