/** A bad line on purpose: a UDP relay on this machine between a browser and the server that drops, delays and narrows as it is told to. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { createShaper, type Line, type Shaper } from "./shaper.js";

export type Direction = "toClient" | "toServer";

export type RelayOptions = {
  server: { address: string; port: number };
  /** Whether the n-th packet (from 0) of this direction is lost; none by default. */
  drop?: (direction: Direction, n: number, packet: Buffer) => boolean;
  /** How narrow the line is at first; unlimited by default. */
  lines?: Partial<Record<Direction, Line>>;
};

export type Relay = {
  /** Where the client shall send instead of to the server. */
  port: number;
  /** Packets lost by `drop` and by full queues. */
  dropped: Record<Direction, number>;
  /** From now on this direction is as narrow as that; undefined = unlimited. What waits goes on at the new rate. */
  narrow: (direction: Direction, line: Line | undefined) => void;
  close: () => Promise<void>;
};

const bind = async (address: string): Promise<Socket> => {
  const socket = createSocket("udp4");
  socket.bind(0, address);
  await once(socket, "listening");
  return socket;
};

const closeSocket = async (socket: Socket): Promise<void> => {
  const closed = once(socket, "close");
  socket.close();
  await closed;
};

/** One client, one server: the server learns the relay as the client's address. */
export const startRelay = async (options: RelayOptions): Promise<Relay> => {
  const { server, drop = () => false, lines = {} } = options;
  // On the server's own address: what a browser can reach there, it can reach here.
  const front = await bind(server.address);
  const back = await bind(server.address);
  const dropped = { toClient: 0, toServer: 0 };
  const count = { toClient: 0, toServer: 0 };
  let client: { address: string; port: number } | undefined;
  const shapers: Record<Direction, Shaper> = {
    toClient: createShaper(lines.toClient, (packet) => {
      if (client !== undefined) front.send(packet, client.port, client.address);
    }),
    toServer: createShaper(lines.toServer, (packet) =>
      back.send(packet, server.port, server.address),
    ),
  };
  const pass = (direction: Direction, packet: Buffer): void => {
    const lost = drop(direction, count[direction]++, packet);
    if (lost || !shapers[direction].put(packet)) dropped[direction]++;
  };
  front.on("message", (packet, from) => {
    client = from;
    pass("toServer", packet);
  });
  back.on("message", (packet) => pass("toClient", packet));
  return {
    port: front.address().port,
    dropped,
    narrow: (direction, line) => shapers[direction].set(line),
    close: async () => {
      for (const shaper of Object.values(shapers)) shaper.close();
      await Promise.all([front, back].map(closeSocket));
    },
  };
};

/** SRTP media, as against STUN, DTLS (RFC 7983) and SRTCP (RFC 5761). */
export const isMedia = (packet: Buffer): boolean => {
  const type = packet[1]! & 0x7f;
  return packet[0]! >= 128 && packet[0]! <= 191 && !(type >= 64 && type <= 95);
};

const HOST_CANDIDATE =
  /^a=candidate:\S+ 1 UDP \d+ (\d+\.\d+\.\d+\.\d+) (\d+) typ host.*$/im;

/** Where an answer says that the server is. @throws Error if it names no IPv4 host */
export const serverIn = (answer: string): RelayOptions["server"] => {
  const match = HOST_CANDIDATE.exec(answer);
  if (match === null) throw new Error(`no IPv4 candidate in:\n${answer}`);
  return { address: match[1]!, port: Number(match[2]) };
};

/** An offer from which there is no way but through the relay. */
export const withoutCandidates = (offer: string): string =>
  offer.replace(/^a=candidate:.*\r\n/gm, "");

/** The answer with the relay as the only way to the server. */
export const throughRelay = (answer: string, port: number): string => {
  const { address } = serverIn(answer);
  const candidate = `a=candidate:1 1 UDP 2114977791 ${address} ${port} typ host`;
  let named = false;
  return answer
    .split(/\r?\n/)
    .flatMap((line) => {
      if (!line.startsWith("a=candidate:")) return [line];
      if (named) return [];
      named = true;
      return [candidate];
    })
    .join("\r\n");
};
