/** One participant without WebRTC: its sockets, what comes and what goes. */
import type { RemoteInfo } from "node:dgram";
import { randomBytes } from "node:crypto";
import { isIPv6 } from "node:net";
import { now, wallTime } from "../clock.js";
import type {
  IngestStatus,
  RtpHost,
  RtpPeerOptions,
  RtpPlace,
  RtpStats,
} from "../contract.js";
import type { Counters } from "../counters.js";
import { Leg } from "../egress/leg.js";
import { parseRtcp, type RtcpHandlers } from "../egress/rtcp.js";
import { RtpWire } from "../egress/rtp-out/wire.js";
import { Gate, type RtpPacket } from "../ingest/rtp/gate.js";
import { Voice } from "../ingest/rtp/voice.js";
import type { Micros } from "../media.js";
import { createHosts, plainAddress } from "../hosts.js";
import { isRtcp } from "../rtp/packet.js";
import { Reception } from "../rtp/reception.js";
import { Srtp } from "../rtp/srtp.js";
import { announcedAddress, openUdpPair, type UdpPair } from "../rtp/udp.js";

export type PeerOptions = RtpPeerOptions & {
  ports: { min: number; max: number };
  addresses: readonly string[];
  counters: Counters;
  /** Samples at 48 kHz, interleaved; valid during the call. */
  write: (samples: Int16Array, channels: number, at: Micros) => void;
  /** Samples of it that the mix has not read yet. */
  held: () => number;
  /** Whether anybody would hear it: else nothing is decoded. */
  isWanted: () => boolean;
  onState: (state: IngestStatus["state"]) => void;
};

/** A sender whose first packet is seen late may be so many starts of its numbers on: 5.8 hours at 50 packets a second. */
const ROLLOVERS = 16;
const SENDER_REPORT = 200;

/** An SSRC that is not 0, which stands for none. */
export const newSsrc = (): number => (randomBytes(4).readUInt32BE() | 1) >>> 0;

export class RtpPeer {
  readonly leg: Leg;
  readonly place: RtpPlace;
  readonly #options: PeerOptions;
  readonly #udp: UdpPair;
  readonly #gate: Gate;
  readonly #voice: Voice;
  readonly #wire: RtpWire;
  readonly #reception: Reception;
  readonly #decrypt: Srtp | undefined;
  readonly #handlers: RtcpHandlers;
  #received = 0;
  #heard: Micros = now();
  #state: IngestStatus["state"] = "connecting";
  #closed = false;

  /** Rejects with `overloaded` where there are no ports. */
  static async open(options: PeerOptions): Promise<RtpPeer> {
    const { ports, port, to, addresses, rtcpMux: mux } = options;
    const about = to?.address ?? addresses[0] ?? "";
    const family = isIPv6(about) ? 6 : 4;
    const box: { peer?: RtpPeer } = {};
    const udp = await openUdpPair({
      ...{ family, ports, port, mux },
      onRtp: (data, from) => box.peer?.onRtp(data, from),
      onRtcp: (data, from) => box.peer?.onRtcp(data, from),
    });
    const address = announcedAddress(family, addresses, to?.address);
    return (box.peer = new RtpPeer(options, udp, address));
  }

  private constructor(options: PeerOptions, udp: UdpPair, address: string) {
    const { codec, to, hosts, rtcpMux, srtp, held, counters } = options;
    this.#options = options;
    this.#udp = udp;
    this.place = { address, port: udp.port, ssrc: newSsrc() };
    const { suite, receive, send } = srtp ?? {};
    const again = options.port === undefined ? 0 : ROLLOVERS;
    this.#decrypt = suite && new Srtp(suite, receive!, again);
    this.#gate = new Gate({
      address: to?.address,
      isAllowed: createHosts(hosts),
      payloadType: codec.payloadType,
      srtp: this.#decrypt,
    });
    this.#reception = new Reception(codec.rate);
    this.#voice = new Voice({
      codec,
      held,
      write: (samples, channels) => options.write(samples, channels, now()),
    });
    this.#wire = new RtpWire({
      ...{ udp, rtcpMux, reception: this.#reception },
      to: () => (this.#closed ? undefined : (to ?? this.#gate.from)),
      srtp: suite && new Srtp(suite, send!),
    });
    const { ssrc } = this.place;
    this.leg = new Leg(this.#wire, fieldsOf(codec.payloadType, ssrc), counters);
    this.#handlers = this.#createHandlers();
  }

  get stats(): RtpStats {
    const { lost: remoteLost, roundTrip } = this.leg.quality;
    const { from } = this.#gate;
    return {
      received: this.#received,
      sent: this.#wire.sent,
      ...this.#voice.counts,
      ...this.#gate.counts,
      remote: {
        lost: remoteLost,
        ...(roundTrip !== undefined && { roundTrip }),
      },
      ...(from !== undefined && { from }),
    };
  }

  /** Call before the mix reads. */
  beforeTick(at: Micros): void {
    if (this.#options.isWanted()) this.#voice.beforeTick(at);
  }

  /** Sends reports and notices silence: once a second. */
  report(at: Micros): void {
    this.leg.report(wallTime(at), at);
    const limit = this.#options.timeout * 1_000_000;
    if (at - this.#heard > limit) this.#become("lost");
  }

  /** Says BYE and gives the ports back. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#wire.bye(this.place.ssrc);
    this.#closed = true;
    this.leg.detach();
    this.#udp.close();
    this.#voice.close();
  }

  private onRtp(data: Buffer, { address, port }: RemoteInfo): void {
    if (this.#closed) return;
    const from = { address: plainAddress(address), port };
    if (isRtcp(data)) return this.#takeRtcp(data, from);
    const at = now();
    const packet = this.#gate.let(data, from, at);
    if (packet !== undefined) this.#take(packet, at);
  }

  private onRtcp(data: Buffer, { address, port }: RemoteInfo): void {
    if (!this.#closed && isRtcp(data))
      this.#takeRtcp(data, { address: plainAddress(address), port });
  }

  #take(packet: RtpPacket, at: Micros): void {
    const { sequence, timestamp, ssrc, payload } = packet;
    this.#received++;
    this.#heard = at;
    this.#become("connected");
    if (packet.first) {
      this.#reception.begin(ssrc, sequence);
      this.#voice.restart();
    }
    this.#reception.packet(sequence, timestamp, wallTime(at));
    if (this.#options.isWanted()) this.#voice.push(sequence, payload, at);
    else this.#voice.restart();
  }

  #takeRtcp(data: Buffer, from: RtpHost): void {
    if (!this.#gate.isPeer(from.address))
      return void this.#gate.counts.foreign++;
    const plain =
      this.#decrypt === undefined ? data : this.#decrypt.unprotectRtcp(data);
    if (plain === undefined || !isRtcp(plain))
      return void this.#gate.counts.invalid++;
    this.#heard = now();
    if (plain[1] === SENDER_REPORT && plain.length >= 28)
      this.#reception.senderReport(
        plain.readUInt32BE(4),
        plain.readUInt32BE(10),
        wallTime(this.#heard),
      );
    parseRtcp(plain, this.#handlers);
  }

  #createHandlers(): RtcpHandlers {
    const nothing = (): void => undefined;
    return {
      nack: nothing,
      keyRequest: nothing,
      estimate: nothing,
      transport: nothing,
      report: (block) => {
        if (block.ssrc === this.place.ssrc) this.leg.received(block, now());
      },
      bye: () => this.#end(),
    };
  }

  /** The other side has hung up. What `close` does comes from whoever is told. */
  #end(): void {
    if (this.#state === "connected") this.#become("closed");
  }

  #become(state: IngestStatus["state"]): void {
    if (state === this.#state) return;
    this.#state = state;
    if (!this.#closed) this.#options.onState(state);
  }
}

/** Of a leg whose packets have no extensions. */
export const fieldsOf = (payloadType: number, ssrc: number) => ({
  ...{ payloadType, ssrc },
  ...{ sendTimeId: 0, playoutDelayId: 0, transportId: 0 },
});
