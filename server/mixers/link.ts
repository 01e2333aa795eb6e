/** The contract over the IPC channel of one mixer process: requests with replies and time limits, and events. */
import type { ChildProcess } from "node:child_process";
import type {
  EventMessage,
  ReplyMessage,
  RequestMessage,
  RequestName,
  Requests,
} from "../../mixer/contract.js";
import { ConferenceError, fromMixer } from "../errors.js";

/** Anything but the end of a recording is done in milliseconds; 10 s is a mixer in trouble, and as long as people wait. */
const LIMIT_MS = 10_000;
/** Finishing a file rewrites it for fast start: an hour of 1.5 Mbit/s is 700 MB on a disk that may be slow. */
const FILE_LIMIT_MS = 120_000;
/** Decoding an hour takes minutes at the lowest priority of a busy machine, and others may be before it. */
const CHECK_LIMIT_MS = 3_600_000;
/** More unanswered requests than this mean that the mixer does not keep up; queueing further ones only hides it. */
const MAX_PENDING = 2_000;

/**
 * Asks the mixer. Rejects with a ConferenceError: the mixer's own failure as `fromMixer` says, `mixer-failed` when the
 * process is gone, `overloaded` when there is no answer within `limit` ms.
 */
export type Request = <Name extends RequestName>(
  name: Name,
  params: Requests[Name]["params"],
  limit?: number,
) => Promise<Requests[Name]["result"]>;

export type Link = {
  request: Request;
  /** Fails what is pending, and every later request, with `mixer-failed` and this reason. Safe twice. */
  close(reason: string): void;
};

type Channel = Pick<ChildProcess, "send" | "on">;
type Result = Requests[RequestName]["result"];
type Pending = {
  resolve(result: Result): void;
  reject(error: ConferenceError): void;
  timer: NodeJS.Timeout;
};
type State = {
  channel: Channel;
  onBroken: LinkHandlers["onBroken"];
  pending: Map<number, Pending>;
  lastId: number;
  closedBecause?: string;
};

const LIMITS: Partial<Record<RequestName, number>> = {
  "recording.stop": FILE_LIMIT_MS,
  "recording.repair": FILE_LIMIT_MS,
  "recording.check": CHECK_LIMIT_MS,
  "recording.preview": CHECK_LIMIT_MS,
};

const limitOf = (name: RequestName): number => LIMITS[name] ?? LIMIT_MS;

const take = (state: State, id: number): Pending | undefined => {
  const waiting = state.pending.get(id);
  state.pending.delete(id);
  clearTimeout(waiting?.timer);
  return waiting;
};

const onReply = (state: State, reply: ReplyMessage): void => {
  // A reply that comes after its time limit finds nobody.
  const waiting = take(state, reply.id);
  if ("failure" in reply)
    waiting?.reject(fromMixer(reply.failure.code, reply.failure.message));
  else waiting?.resolve(reply.result);
};

const tooLate = (name: RequestName, limit: number): ConferenceError =>
  new ConferenceError(
    "overloaded",
    `The mixer did not answer "${name}" within ${limit / 1000} s`,
  );

const refusal = (state: State): ConferenceError | undefined => {
  if (state.closedBecause !== undefined)
    return new ConferenceError("mixer-failed", state.closedBecause);
  if (state.pending.size >= MAX_PENDING)
    return new ConferenceError("overloaded", "The mixer does not keep up");
  return undefined;
};

const send = (
  state: State,
  message: RequestMessage,
  limit: number,
): Promise<Result> =>
  new Promise((resolve, reject) => {
    const fail = (error: ConferenceError) =>
      take(state, message.id)?.reject(error);
    // If it was this process that stood still, the answer lies in the channel: look there once before giving up.
    const expire = () => setImmediate(fail, tooLate(message.name, limit));
    const timer = setTimeout(expire, limit);
    state.pending.set(message.id, { resolve, reject, timer });
    state.channel.send(message, (error) => {
      if (error === null) return;
      // Before anybody learns of it here: who then asks again must find a room that waits for the next mixer.
      state.onBroken();
      const cause = { cause: error };
      fail(
        new ConferenceError("mixer-failed", "The mixer is not there", cause),
      );
    });
  });

export type LinkHandlers = {
  /** Every event, in the order in which the mixer sent them. */
  onEvent(event: EventMessage): void;
  /** Nothing can be sent any more, which may be seen before the channel says that it is closed. Perhaps several times. */
  onBroken(): void;
};

export const createLink = (
  channel: Channel,
  { onEvent, onBroken }: LinkHandlers,
): Link => {
  const state: State = { channel, onBroken, pending: new Map(), lastId: 0 };
  channel.on("message", (value) => {
    const message = value as ReplyMessage | EventMessage;
    if (message.kind === "reply") onReply(state, message);
    else if (state.closedBecause === undefined) onEvent(message);
  });
  return {
    request: async (name, params, limit = limitOf(name)) => {
      const refused = refusal(state);
      if (refused !== undefined) throw refused;
      const id = ++state.lastId;
      const message = { kind: "request", id, name, params } as RequestMessage;
      return send(state, message, limit) as never;
    },
    close: (reason) => {
      state.closedBecause ??= reason;
      for (const id of [...state.pending.keys()])
        take(state, id)?.reject(new ConferenceError("mixer-failed", reason));
    },
  };
};
