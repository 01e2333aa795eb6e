/** Puts the WebSocket signaling on an HTTP server. */
import { STATUS_CODES, type IncomingMessage, type Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { closeOnce } from "../close-once.js";
import {
  CLOSE_CODES,
  CONNECTION_TIMINGS,
  MAX_MESSAGE_BYTES,
  type ConnectionTimings,
} from "./connection.js";
import type { SessionDependencies } from "./session-state.js";
import { startSession } from "./session.js";

export type SignalingOptions = SessionDependencies & {
  /** Of HTTP or HTTPS; the caller keeps it. */
  server: Pick<Server, "on" | "off">;
  timings?: Partial<ConnectionTimings>;
};

export type Signaling = {
  /** Open sockets. */
  readonly sockets: number;
  /** Takes no further sockets and closes those that are open; resolves when none is left. */
  close(): Promise<void>;
};

/** For clients that do not answer the closing handshake. */
const CLOSING_MS = 500;

/** An upgrade that is refused gets plain HTTP. */
const refuse = (socket: Duplex, status: number): void => {
  socket.on("error", () => socket.destroy());
  const line = `HTTP/1.1 ${status} ${STATUS_CODES[status]}`;
  socket.end(`${line}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
};

const pathOf = ({ url = "" }: IncomingMessage): string =>
  url.split("?", 1)[0] ?? "";

const closeAll = async (sockets: WebSocketServer): Promise<void> => {
  for (const socket of sockets.clients)
    socket.close(CLOSE_CODES.goingAway, "shutdown");
  const timer = setTimeout(() => {
    for (const socket of sockets.clients) socket.terminate();
  }, CLOSING_MS);
  await new Promise((resolve) => sockets.close(resolve));
  clearTimeout(timer);
};

/**
 * Serves `GET /ws`; every other upgrade gets 404. Pages of any origin may connect: nothing is known of a client by its
 * cookies, so a foreign page has no more than its visitor tells it.
 */
export const attachSignaling = ({
  server,
  timings = {},
  ...dependencies
}: SignalingOptions): Signaling => {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  const all = { ...CONNECTION_TIMINGS, ...timings };
  let closing = false;
  const onUpgrade = (
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): void => {
    if (pathOf(request) !== "/ws") return refuse(socket, 404);
    if (closing) return refuse(socket, 503);
    sockets.handleUpgrade(request, socket, head, (client) =>
      startSession(client, request, dependencies, all),
    );
  };
  server.on("upgrade", onUpgrade);
  return {
    get sockets() {
      return sockets.clients.size;
    },
    close: closeOnce(async () => {
      closing = true;
      await closeAll(sockets);
    }),
  };
};
