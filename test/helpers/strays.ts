/** Who comes to a port and speaks for itself. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

export type Stray = { socket: Socket; gone: Promise<void> };

/** Comes to a port of this machine and says `bytes`, whatever the answer is; `gone` is the end of its connection. */
export const comeTo = async (
  port: number,
  bytes: string | Buffer,
): Promise<Stray> => {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  const gone = new Promise<void>((resolve) => socket.once("close", resolve));
  await once(socket, "connect");
  socket.resume().write(bytes);
  return { socket, gone };
};
