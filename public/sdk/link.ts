import { createTimer } from "./backoff.js";
import { openChannel, type Channel } from "./channel.js";
import { asCallError, CallError, isFinal } from "./errors.js";
import type { Incoming, Outgoing, ServerMessage } from "./protocol.js";

/** Milliseconds a seat has to hold before a loss counts as a new one, lest a server that drops everybody is stormed. */
const STEADY_AFTER = 3000;

/** `full`: the server has no room for us now; we go on asking. */
export type LinkState = "connecting" | "joined" | "lost" | "full";

export type LinkOptions = {
  url: string;
  /** The `join` message, made anew for each socket. */
  greeting: () => Extract<Outgoing, { type: "join" }>;
  onState: (state: LinkState) => void;
  onJoined: (message: Incoming<"joined">) => void;
  onMessage: (message: ServerMessage) => void;
  /** The server will not have us, now or later. The link is closed. */
  onRefused: (error: CallError) => void;
};

export type Link = {
  /** @throws CallError `offline` while there is no seat */
  request(message: Outgoing): Promise<ServerMessage>;
  /** Ends it for good; safe twice. */
  close(): void;
};

/** @throws CallError why there is no seat */
const takeSeat = async (
  channel: Channel,
  greeting: Outgoing,
): Promise<Incoming<"joined">> => {
  const reply = await channel.request(greeting);
  if (reply.type === "joined") return reply;
  throw new CallError("internal", "The server did not offer a seat.");
};

const offline = (): CallError =>
  new CallError("offline", "The connection to the server is being restored.");

type SeatEvents = {
  onSeat: (joined: Incoming<"joined">) => void;
  /** No seat, or no longer a way to it. Comes at most once. */
  onFailed: (error: CallError) => void;
};

/** One socket and the greeting on it. Silent after `close`. */
const openSeat = (options: LinkOptions, events: SeatEvents): Channel => {
  let over = false;
  const fail = (error: CallError): void => {
    if (over) return;
    over = true;
    events.onFailed(error);
  };
  const channel = openChannel({
    url: options.url,
    onMessage: options.onMessage,
    onOpen: () =>
      void takeSeat(channel, options.greeting()).then(
        (joined) => over || events.onSeat(joined),
        (error) => fail(asCallError(error)),
      ),
    onLost: () => fail(offline()),
  });
  return {
    request: channel.request,
    close: () => {
      over = true;
      channel.close();
    },
  };
};

/** A seat in a room that outlives its sockets: opens one, greets, and does so again with back-off for as long as it is not closed. */
export const createLink = (options: LinkOptions): Link => {
  let channel: Channel | undefined;
  let joinedAt: number | undefined;
  const timer = createTimer();

  const close = (): void => {
    timer.cancel();
    channel?.close();
    channel = undefined;
    joinedAt = undefined;
  };
  const onSeat = (joined: Incoming<"joined">): void => {
    joinedAt = performance.now();
    options.onState("joined");
    options.onJoined(joined);
  };
  const onFailed = (error: CallError): void => {
    if (joinedAt !== undefined && performance.now() - joinedAt > STEADY_AFTER)
      timer.steady();
    close();
    if (isFinal(error)) return options.onRefused(error);
    timer.retry(connect);
    options.onState(error.code === "overloaded" ? "full" : "lost");
  };
  const connect = (): void => {
    channel = openSeat(options, { onSeat, onFailed });
  };

  options.onState("connecting");
  connect();
  return {
    request: async (message) => {
      if (channel === undefined || joinedAt === undefined) throw offline();
      return channel.request(message);
    },
    close,
  };
};
