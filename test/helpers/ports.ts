/** Ports that nobody has. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";

/** One of this machine alone. */
export const freePort = async (
  kind: "tcp" | "udp" = "tcp",
): Promise<number> => {
  const holder =
    kind === "tcp"
      ? createServer().listen(0, "127.0.0.1")
      : createSocket("udp4").bind(0, "127.0.0.1");
  await once(holder, "listening");
  const { port } = holder.address() as AddressInfo;
  holder.close();
  await once(holder, "close");
  return port;
};

const bind = (socket: Socket, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    socket.once("error", () => resolve(false));
    socket.bind(port, () => resolve(true));
  });

/** An even one of UDP, with the next one free too: for RTP and RTCP. */
export const freeRtpPort = async (): Promise<number> => {
  for (;;) {
    const [first, second] = [createSocket("udp4"), createSocket("udp4")];
    await bind(first, 0);
    const { port } = first.address();
    const free = port % 2 === 0 && (await bind(second, port + 1));
    first.close();
    second.close();
    if (free) return port;
  }
};
