import { createTimer } from "./backoff.js";
import { openChannel, type Channel } from "./channel.js";
import { asCallError, CallError, isFinal } from "./errors.js";
import type { Incoming, Outgoing, ServerMessage } from "./protocol.js";

/** Milliseconds a seat has to hold before a loss counts as a new one, lest a server that drops everybody is stormed. */
const STEADY_AFTER = 3000;

export type LinkState = "connecting" | "joined" | "lost";

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
  const later = (): void => {
    if (joinedAt !== undefined && performance.now() - joinedAt > STEADY_AFTER)
      timer.steady();
    close();
    timer.retry(connect);
    options.onState("lost");
  };
  const onFailed = (error: CallError): void => {
    if (!isFinal(error)) return later();
    close();
    options.onRefused(error);
  };
  const onSeat = (joined: Incoming<"joined">): void => {
    joinedAt = performance.now();
    options.onState("joined");
    options.onJoined(joined);
  };
  const connect = (): void => {
    const opened = openChannel({
      url: options.url,
      onMessage: options.onMessage,
      onOpen: () =>
        void takeSeat(opened, options.greeting()).then(
          (joined) => channel === opened && onSeat(joined),
          (error) => channel === opened && onFailed(asCallError(error)),
        ),
      onLost: () => {
        if (channel === opened) later();
      },
    });
    channel = opened;
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
