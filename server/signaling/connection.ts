/** One WebSocket: text in, messages out, and the rules by which it is given up. It knows nothing of what is said. */
import type { Logger } from "pino";
import type { RawData, WebSocket } from "ws";
import type { ServerMessage } from "./messages.js";

/** Milliseconds; tests take shorter ones. */
export type ConnectionTimings = {
  /** Between two pings of the protocol, which browsers answer by themselves. */
  pingMs: number;
  /** Without any sign of life for so long (two pings lost, and a slow third) the socket is dead. */
  silenceMs: number;
  /** From the opening, or the last refused join, to a join that is taken. */
  greetingMs: number;
};

export const CONNECTION_TIMINGS: ConnectionTimings = {
  pingMs: 10_000,
  silenceMs: 25_000,
  greetingMs: 10_000,
};

/** The largest message is an offer of 100 kB, and JSON may double it. */
export const MAX_MESSAGE_BYTES = 256 * 1024;

/** Bytes that may wait for a slow client: minutes of news. It has missed the call by then, and will resume. */
const MAX_BUFFERED = 1024 * 1024;

/** Of the WebSocket protocol. */
export const CLOSE_CODES = {
  normal: 1000,
  goingAway: 1001,
  policy: 1008,
} as const;

export type Connection = {
  /** Does nothing once the socket is closing. Gives up a client that does not read. */
  send(message: ServerMessage): void;
  /** Closes after what was sent. */
  close(code: number, reason: string): void;
};

export type ConnectionHandlers = {
  onText(text: string): void;
  onBinary(): void;
  /** Once; nothing is said or heard after. */
  onClosed(): void;
};

type Beat = { heard(): void; stop(): void };

const startBeat = (
  socket: WebSocket,
  { pingMs, silenceMs }: ConnectionTimings,
): Beat => {
  const ping = setInterval(() => socket.ping(), pingMs);
  const silence = setTimeout(() => socket.terminate(), silenceMs);
  return {
    heard: () => void silence.refresh(),
    stop: () => {
      clearInterval(ping);
      clearTimeout(silence);
    },
  };
};

/** Takes the socket over; its listeners and timers end with it. */
export const createConnection = (
  socket: WebSocket,
  { onText, onBinary, onClosed }: ConnectionHandlers,
  timings: ConnectionTimings,
  log: Logger,
): Connection => {
  const beat = startBeat(socket, timings);
  socket.on("message", (data: RawData, isBinary) => {
    beat.heard();
    if (isBinary) onBinary();
    else onText((data as Buffer).toString("utf8"));
  });
  socket.on("pong", beat.heard);
  socket.on("ping", beat.heard);
  // A frame that is too large or broken; ws closes the socket with the fitting code.
  socket.on("error", (error) => log.info({ err: error }, "socket failed"));
  socket.once("close", () => {
    beat.stop();
    onClosed();
  });
  return {
    send: (message) => {
      if (socket.readyState !== socket.OPEN) return;
      socket.send(JSON.stringify(message));
      if (socket.bufferedAmount <= MAX_BUFFERED) return;
      log.warn({ waiting: socket.bufferedAmount }, "client does not read");
      socket.terminate();
    },
    close: (code, reason) => socket.close(code, reason),
  };
};
