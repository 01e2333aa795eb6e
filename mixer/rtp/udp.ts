/** UDP sockets of one RTP session: an even port for RTP, the next one for RTCP (RFC 3550 §11). */
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";
import { MixerError, type RtpHost } from "../contract.js";

export type UdpOptions = {
  family: 4 | 6;
  ports: { min: number; max: number };
  /** Tried first. */
  port?: number;
  /** RTCP too goes over the port of RTP. */
  mux: boolean;
  /** The data is the taker's. */
  onRtp: (data: Buffer, from: RemoteInfo) => void;
  onRtcp: (data: Buffer, from: RemoteInfo) => void;
};

export type UdpPair = {
  readonly port: number;
  /** Sends the first `length` bytes, which must stay as they are for a moment. False = the socket is full or shut. */
  sendRtp: (data: Buffer, length: number, to: RtpHost) => boolean;
  sendRtcp: (data: Buffer, length: number, to: RtpHost) => boolean;
  /** Idempotent. */
  close: () => void;
};

/** Ports tried before giving up: with half of all in use one in 10^15 fails. */
const TRIES = 50;
/** Bytes that wait in a socket: 100 packets. More would come too late. */
const MOST_QUEUED = 20_000;

/** Addresses are numbers here: nothing is looked up. */
const lookup = (
  address: string,
  family: unknown,
  done: (error: null, address: string, family: number) => void,
): void => done(null, address, family === 6 ? 6 : 4);

const bind = (family: 4 | 6, port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = createSocket({
      type: family === 6 ? "udp6" : "udp4",
      ipv6Only: family === 6,
      lookup: lookup as never,
    });
    const refuse = (error: Error): void => {
      socket.close();
      reject(error);
    };
    socket.once("error", refuse);
    socket.bind(port, () => {
      socket.off("error", refuse);
      // An address that cannot be reached is told to `send` or not at all; a session outlives that.
      socket.on("error", () => undefined);
      resolve(socket);
    });
  });

const bindPair = async (
  { family, mux }: UdpOptions,
  port: number,
): Promise<Socket[]> => {
  const first = await bind(family, port);
  if (mux) return [first];
  try {
    return [first, await bind(family, port + 1)];
  } catch (error) {
    first.close();
    throw error;
  }
};

const evenPorts = function* ({ port, ports }: UdpOptions): Generator<number> {
  if (port !== undefined) yield port;
  const first = ports.min + (ports.min % 2);
  const pairs = Math.floor((ports.max - first + 1) / 2);
  if (pairs < 1) return;
  for (let n = 0; n < TRIES; n++)
    yield first + 2 * Math.floor(Math.random() * pairs);
};

const bindSomewhere = async (options: UdpOptions) => {
  for (const port of evenPorts(options))
    try {
      return { port, sockets: await bindPair(options, port) };
    } catch {
      // In use: the next one.
    }
  throw new MixerError("overloaded", "No free pair of UDP ports for RTP");
};

/** Rejects with `overloaded` where no pair of ports is free. */
export const openUdpPair = async (options: UdpOptions): Promise<UdpPair> => {
  const { port, sockets } = await bindSomewhere(options);
  const [rtp, rtcp = rtp] = sockets as [Socket, Socket?];
  let open = true;
  rtp.on("message", options.onRtp);
  if (rtcp !== rtp) rtcp.on("message", options.onRtcp);
  const failed = (): void => undefined;
  const send = (
    socket: Socket,
    data: Buffer,
    length: number,
    to: RtpHost,
  ): boolean => {
    if (!open || socket.getSendQueueSize() > MOST_QUEUED) return false;
    socket.send(data, 0, length, to.port, to.address, failed);
    return true;
  };
  return {
    port,
    sendRtp: (data, length, to) => send(rtp, data, length, to),
    sendRtcp: (data, length, to) => send(rtcp, data, length, to),
    close: () => {
      if (!open) return;
      open = false;
      for (const socket of sockets) socket.close();
    },
  };
};

const isLoopback = (address: string): boolean =>
  address === "::1" || address.startsWith("127.");

const localAddress = (family: 4 | 6): string | undefined =>
  Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.internal === false && one.family === `IPv${family}`)
    ?.address;

/** The address that is announced to a peer: a configured one, else the first of this machine; on this machine the loopback. */
export const announcedAddress = (
  family: 4 | 6,
  configured: readonly string[],
  peer: string | undefined,
): string => {
  const loopback = family === 6 ? "::1" : "127.0.0.1";
  if (peer !== undefined && isLoopback(peer)) return loopback;
  const fits = configured.find((one) => isIPv6(one) === (family === 6));
  return fits ?? localAddress(family) ?? loopback;
};
