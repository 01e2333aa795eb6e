import { CallError } from "./errors.js";
import {
  readMessage,
  writeMessage,
  type Outgoing,
  type ServerMessage,
} from "./protocol.js";
import { heard, nextStep, pinged, startPulse } from "./pulse.js";
import { createRequests } from "./requests.js";

/** Milliseconds: how often silence and time-outs are looked at, how long a socket may take to open, and a reply to come (a recording that is being finished takes its time). */
const LOOK_EVERY = 1000;
const OPEN_WITHIN = 8000;
const REPLY_WITHIN = 30_000;

export type ChannelOptions = {
  url: string;
  onOpen: () => void;
  /** Every message that is not the reply to a request. */
  onMessage: (message: ServerMessage) => void;
  /** The socket is gone, and not by `close`. Called at most once. */
  onLost: () => void;
};

export type Channel = {
  /** Resolves with the reply. @throws CallError with the server's code, or `offline` or `timeout` */
  request(message: Outgoing): Promise<ServerMessage>;
  /** Hands what was sent to the network, then closes. */
  close(): void;
};

type Watch = { heard(): void; stop(): void };

/** Looks once a second whether the socket is alive; pings it as due, and calls `lose` when it is dead or never opened. */
const watchSocket = (
  socket: WebSocket,
  actions: {
    ping: () => void;
    lose: () => void;
    expire: (now: number) => void;
  },
): Watch => {
  const startedAt = performance.now();
  let pulse = startPulse(startedAt);
  const look = (): void => {
    const now = performance.now();
    actions.expire(now);
    if (socket.readyState !== WebSocket.OPEN) {
      if (now - startedAt > OPEN_WITHIN) actions.lose();
      return;
    }
    const step = nextStep(pulse, now);
    if (step === "dead") return actions.lose();
    if (step === "wait") return;
    pulse = pinged(pulse, now);
    actions.ping();
  };
  const timer = setInterval(look, LOOK_EVERY);
  return {
    heard: () => {
      pulse = heard(pulse);
    },
    stop: () => clearInterval(timer),
  };
};

/** One WebSocket from its opening to its end: requests with replies, and a pulse that finds a dead line. */
export const openChannel = (options: ChannelOptions): Channel => {
  const socket = new WebSocket(options.url);
  const requests = createRequests();
  let ended = false;

  const end = (): boolean => {
    if (ended) return false;
    ended = true;
    watch.stop();
    socket.close();
    requests.fail(
      new CallError("offline", "The connection to the server was lost."),
    );
    return true;
  };
  const lose = (): void => {
    if (end()) options.onLost();
  };
  const request = async (message: Outgoing): Promise<ServerMessage> => {
    if (ended || socket.readyState !== WebSocket.OPEN)
      throw new CallError("offline", "There is no connection to the server.");
    const { id, reply } = requests.open(performance.now());
    socket.send(writeMessage(message, id));
    return reply;
  };
  const watch = watchSocket(socket, {
    // The pulse judges the answer; the reply itself says nothing.
    ping: () => void request({ type: "ping" }).catch(() => undefined),
    lose,
    expire: (now) => requests.expire(now - REPLY_WITHIN),
  });

  socket.onopen = () => {
    if (!ended) options.onOpen();
  };
  socket.onmessage = ({ data }) => {
    if (ended) return;
    watch.heard();
    const message = readMessage(data);
    if (message !== undefined && !requests.settle(message))
      options.onMessage(message);
  };
  socket.onclose = lose;
  return { request, close: () => void end() };
};
