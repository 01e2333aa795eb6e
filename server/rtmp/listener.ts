/** The port on which encoders connect. Anybody may; who shows no key in time takes a place for some seconds, no more. */
import { createServer, type Socket } from "node:net";
import type { Log } from "../log.js";
import { createSession, type Sink } from "./session.js";

/** Until somebody publishes: encoders need four round trips. */
const PATIENCE_MS = 10_000;
/** Without a byte: ICE's patience is as long. A dead encoder's place is free again then. */
const SILENT_MS = 10_000;
/** Who do not publish yet. An office of encoders behind one address that all come back at once fits in. */
const MOST_STRANGERS = 64;
const MOST_STRANGERS_OF_ADDRESS = 16;
/** For what is told to one that is sent away. */
const FAREWELL_MS = 1_000;
/** Of answers that are not read. */
const MOST_UNREAD = 64 << 10;

export type ListenerOptions = {
  /** Who shows this key; `kick` ends the connection. A string: why not. */
  publish: (key: string, kick: () => void) => Sink | string;
  log: Log;
};

export type Listener = {
  /** Rejects where the port cannot be had. */
  listen: (port: number) => Promise<void>;
  /** Ends all connections; resolves when none is left. */
  close: () => Promise<void>;
};

export const createListener = (options: ListenerOptions): Listener => {
  const sockets = new Set<Socket>();
  /** By their addresses. */
  const strangers = new Map<Socket, string>();
  const server = createServer((socket) => {
    const { remoteAddress = "" } = socket;
    // It may have gone again already.
    socket.on("error", () => undefined);
    makeRoom(strangers, remoteAddress);
    strangers.set(socket, remoteAddress);
    sockets.add(socket);
    const known = () => strangers.delete(socket);
    attend(socket, options, known);
    socket.once("close", () => {
      known();
      sockets.delete(socket);
    });
  });
  return {
    listen: (port) =>
      new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, () => {
          server.off("error", reject);
          resolve();
        });
      }),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      if (server.listening)
        await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** The oldest goes: an encoder is known within moments, and who only stands there cannot keep others out. */
const makeRoom = (
  strangers: ReadonlyMap<Socket, string>,
  address: string,
): void => {
  const all = [...strangers.keys()];
  const same = all.filter((socket) => strangers.get(socket) === address);
  if (same.length >= MOST_STRANGERS_OF_ADDRESS) same[0]?.destroy();
  else if (all.length >= MOST_STRANGERS) all[0]?.destroy();
};

/** From here on the connection is the session's. */
const attend = (
  socket: Socket,
  { publish, log }: ListenerOptions,
  onKnown: () => void,
): void => {
  const address = socket.remoteAddress;
  let deadline = setTimeout(() => socket.destroy(), PATIENCE_MS);
  const session = createSession({
    write: (bytes) => {
      socket.write(bytes);
      if (socket.writableLength > MOST_UNREAD) socket.destroy();
    },
    publish: (key) => {
      const taken = publish(key, () => socket.destroy());
      if (typeof taken === "string") {
        log.warn({ address, reason: taken }, "RTMP push refused");
        return taken;
      }
      clearTimeout(deadline);
      onKnown();
      return taken;
    },
  });
  socket.setTimeout(SILENT_MS, () => socket.destroy());
  socket.on("data", (bytes) => {
    try {
      session.push(bytes);
    } catch (error) {
      log.debug({ address, err: error }, "RTMP connection ended");
      // What was told of it is sent still; what comes is not read.
      session.end();
      socket.removeAllListeners("data").resume();
      socket.end();
      clearTimeout(deadline);
      deadline = setTimeout(() => socket.destroy(), FAREWELL_MS);
    }
  });
  socket.once("close", () => {
    clearTimeout(deadline);
    session.end();
  });
};
