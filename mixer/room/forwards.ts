/** Where a room's sound is sent to besides its participants: plain RTP to a host and port. */
import { isIPv6 } from "node:net";
import type {
  MixerOptions,
  RtpForward,
  RtpForwardId,
  RtpPlace,
} from "../contract.js";
import type { Counters } from "../counters.js";
import { Leg } from "../egress/leg.js";
import { parseRtcp } from "../egress/rtcp.js";
import { RtpWire } from "../egress/rtp-out/wire.js";
import { now, wallTime } from "../clock.js";
import type { Micros } from "../media.js";
import { plainAddress } from "../hosts.js";
import { Srtp } from "../rtp/srtp.js";
import { announcedAddress, openUdpPair, type UdpPair } from "../rtp/udp.js";
import type { PlainListener, PlainSound } from "./plain-sound.js";
import { fieldsOf, newSsrc } from "./rtp-peer.js";
import type { Sound } from "./sound.js";

export type ForwardsOptions = {
  mixer: Pick<MixerOptions, "mediaPorts" | "mediaAddresses">;
  counters: Counters;
  sound: Sound;
  plain: PlainSound;
};

type Entry = {
  udp: UdpPair;
  wire: RtpWire;
  listener: PlainListener;
};

/** A channel of the mix on which one participant is heard alone. */
const channelOf = ({ id, what }: RtpForward): string =>
  what === "mix" ? "" : `forward:${id}`;

export class Forwards {
  readonly #options: ForwardsOptions;
  readonly #byId = new Map<RtpForwardId, Entry>();
  #closed = false;

  constructor(options: ForwardsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Takes the place of one with the same id. Rejects with `overloaded` where there are no ports. */
  async open(forward: RtpForward): Promise<RtpPlace> {
    const { id, to, what, codec, srtp } = forward;
    const { mixer, sound, plain } = this.#options;
    const family = isIPv6(to.address) ? 6 : 4;
    const ssrc = newSsrc();
    const box: { leg?: Leg } = {};
    const onRtcp = (data: Buffer, { address }: { address: string }): void => {
      if (srtp === undefined && plainAddress(address) === to.address && box.leg)
        follow(box.leg, data);
    };
    const udp = await openUdpPair({
      ...{ family, ports: mixer.mediaPorts, mux: false, onRtcp },
      onRtp: () => undefined,
    });
    const wire = new RtpWire({
      ...{ udp, rtcpMux: false, reception: undefined },
      to: () => to,
      srtp: srtp && new Srtp(srtp.suite, srtp.send),
    });
    const leg = (box.leg = new Leg(
      wire,
      fieldsOf(codec.payloadType, ssrc),
      this.#options.counters,
    ));
    this.remove(id);
    const channel = channelOf(forward);
    if (what !== "mix") {
      const row = { otherwise: 0, gains: { [what.participant]: 1 } };
      sound.setRouting({ channels: { [channel]: row } });
    }
    const listener: PlainListener = {
      ...{ leg, codec, owner: undefined, channel },
      isDeaf: () => false,
    };
    this.#byId.set(id, { udp, wire, listener });
    plain.add(listener);
    if (this.#closed) this.close();
    const address = announcedAddress(family, mixer.mediaAddresses, to.address);
    return { address, port: udp.port, ssrc };
  }

  report(at: Micros): void {
    for (const { listener } of this.#byId.values())
      listener.leg.report(wallTime(at), at);
  }

  /** Says BYE and gives the ports back. An unknown one is nothing. */
  remove(id: RtpForwardId): void {
    const entry = this.#byId.get(id);
    if (entry === undefined) return;
    this.#byId.delete(id);
    const { plain, sound } = this.#options;
    const { listener, wire, udp } = entry;
    plain.remove(listener);
    const { channel } = listener;
    if (channel !== "") sound.setRouting({ channels: { [channel]: null } });
    wire.bye(listener.leg.ssrc);
    udp.close();
  }

  close(): void {
    this.#closed = true;
    for (const id of [...this.#byId.keys()]) this.remove(id);
  }
}

const nothing = (): void => undefined;

/** Takes in a receiver's report, as RTCP that is not encrypted brings it. */
const follow = (leg: Leg, data: Buffer): void =>
  parseRtcp(data, {
    ...{ nack: nothing, keyRequest: nothing, estimate: nothing },
    ...{ transport: nothing, bye: nothing },
    report: (block) => {
      if (block.ssrc === leg.ssrc) leg.received(block, now());
    },
  });
