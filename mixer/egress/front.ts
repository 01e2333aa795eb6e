/**
 * A second door to a sending peer, for pages behind a TURN server over TCP or TLS. Chromium asks from there with an ICE
 * tie-breaker of 0, which libjuice takes for none and refuses (its issue 355, open): here each request gets another one.
 */
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { randomBytes } from "node:crypto";
import type { MixerOptions, RtpHost } from "../contract.js";
import { openUdpPair, type UdpPair } from "../rtp/udp.js";
import { hostCandidates, withHostPort } from "../sdp.js";
import {
  findRequest,
  hasTieBreaker,
  isSigned,
  withTieBreaker,
} from "./stun.js";

export type FrontOptions = {
  ports: { min: number; max: number };
  /** Where the peer listens on this machine. */
  peer: RtpHost;
  /** Of the peer's ICE: who does not know it gets nothing through. */
  password: string;
};

export type Front = {
  readonly port: number;
  /** Idempotent. */
  close: () => void;
};

/** A page has a relayed address for each of its TURN servers and networks. */
const MOST_WAYS = 8;

const keyOf = ({ address, port }: RtpHost): string => `${address}:${port}`;

/** What the peer sends to one of its correspondents: a socket of its own on this machine. */
const openWay = (
  peer: RtpHost,
  onPacket: (packet: Buffer) => void,
): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = createSocket("udp4");
    socket.once("error", reject);
    socket.on("message", onPacket);
    socket.connect(peer.port, peer.address, () => {
      socket.off("error", reject);
      // The peer may close first.
      socket.on("error", () => undefined);
      resolve(socket);
    });
  });

class Ways {
  readonly #options: FrontOptions;
  /** By the address of the other end; a promise while it is opened. */
  readonly #sockets = new Map<string, Socket | undefined>();
  readonly #tieBreaker = randomBytes(8).readBigUInt64BE() | BigInt(1);
  #outside: UdpPair | undefined;
  #closed = false;

  constructor(options: FrontOptions) {
    this.#options = options;
  }

  set outside(pair: UdpPair) {
    this.#outside = pair;
  }

  take(packet: Buffer, from: RemoteInfo): void {
    const socket = this.#sockets.get(keyOf(from));
    const request = findRequest(packet);
    if (request === undefined) return socket?.send(packet);
    const { password } = this.#options;
    if (!isSigned(packet, request, password)) return;
    // Who has one reaches the peer itself.
    if (hasTieBreaker(packet, request)) return;
    const asked = withTieBreaker(packet, request, this.#tieBreaker, password);
    if (socket !== undefined) return socket.send(asked);
    void this.#open(from, asked);
  }

  close(): void {
    this.#closed = true;
    for (const socket of this.#sockets.values()) socket?.close();
    this.#sockets.clear();
  }

  async #open(from: RemoteInfo, first: Buffer): Promise<void> {
    const key = keyOf(from);
    if (this.#sockets.has(key) || this.#sockets.size >= MOST_WAYS) return;
    this.#sockets.set(key, undefined);
    const back = (packet: Buffer): void =>
      void this.#outside?.sendRtp(packet, packet.length, from);
    try {
      const socket = await openWay(this.#options.peer, back);
      if (this.#closed) return void socket.close();
      this.#sockets.set(key, socket);
      socket.send(first);
    } catch {
      // It asks again.
      this.#sockets.delete(key);
    }
  }
}

/** Rejects with `overloaded` where no port is free. */
export const openFront = async (options: FrontOptions): Promise<Front> => {
  const ways = new Ways(options);
  const take = (packet: Buffer, from: RemoteInfo): void =>
    ways.take(packet, from);
  const outside = await openUdpPair({
    ...{ family: 4, ports: options.ports, mux: true },
    ...{ onRtp: take, onRtcp: take },
  });
  ways.outside = outside;
  return {
    port: outside.port,
    close: () => {
      outside.close();
      ways.close();
    },
  };
};

/** Whether pages may come by a TURN server over TCP or TLS (RFC 7065). */
const mayComeByTcp = (servers: MixerOptions["iceServers"]): boolean =>
  servers
    .flatMap(({ urls }) => urls)
    .some((url) => /^turns:/.test(url) || /\btransport=tcp\b/.test(url));

/**
 * An answer with a front of its own, which is tried after the peer itself, where the ICE servers are such that somebody may
 * need it. Without a free port it is as it was.
 */
export const withFront = async (
  sdp: string,
  {
    iceServers,
    mediaPorts: ports,
  }: Pick<MixerOptions, "iceServers" | "mediaPorts">,
): Promise<{ sdp: string; front?: Front }> => {
  const [, password] = /^a=ice-pwd:(\S+)/m.exec(sdp) ?? [];
  const [peer] = hostCandidates(sdp, 4);
  if (!mayComeByTcp(iceServers) || password === undefined || !peer)
    return { sdp };
  try {
    const front = await openFront({ ports, peer, password });
    return { sdp: withHostPort(sdp, 4, front.port), front };
  } catch {
    return { sdp };
  }
};
