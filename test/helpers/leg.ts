/** A leg whose packets are kept as a socket would have copied them; reports (RTCP) are left out. */
import { createCounters } from "../../mixer/counters.js";
import { Leg } from "../../mixer/egress/leg.js";
import type { NotePacket } from "../../mixer/egress/outlet.js";
import type { LegStamp } from "../../mixer/egress/rtp.js";

export const FIELDS: LegStamp = {
  payloadType: 96,
  ssrc: 7,
  sendTimeId: 2,
  playoutDelayId: 5,
  transportId: 0,
};

export type OpenedLeg = {
  leg: Leg;
  sent: Buffer[];
  sequences: () => number[];
  timestamps: () => number[];
  counters: ReturnType<typeof createCounters>;
  /** Set `open` to false to shut the socket. */
  line: { open: boolean };
};

export const openLeg = (fields = FIELDS, note?: NotePacket): OpenedLeg => {
  const sent: Buffer[] = [];
  const counters = createCounters();
  const line = { open: true };
  const wire = {
    isOpen: () => line.open,
    send: (packet: Buffer) => {
      sent.push(Buffer.from(packet));
      return true;
    },
  };
  return {
    leg: new Leg(wire, fields, counters, note),
    sent,
    sequences: () => sent.map((it) => it.readUInt16BE(2)),
    timestamps: () => sent.map((it) => it.readUInt32BE(4)),
    counters,
    line,
  };
};

/** Whether 16-bit numbers follow each other, over the wrap too. */
export const consecutive = (numbers: readonly number[]): boolean =>
  numbers.every((it, i) => i === 0 || it === ((numbers[i - 1]! + 1) & 0xffff));
