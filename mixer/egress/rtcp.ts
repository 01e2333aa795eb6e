/** RTCP as receivers send it (RFC 3550, RFC 4585, RFC 5104, REMB draft) and the sender reports that we send. Pure. */

/** Seconds from 1900 (NTP) to 1970 (Unix), RFC 5905. */
const NTP_UNIX = 2_208_988_800;

export type ReportBlock = {
  ssrc: number;
  /** Fraction lost since the last report, 0 to 1. */
  lost: number;
  /** In units of the RTP clock. */
  jitter: number;
  /** Middle 32 bits of the NTP time of the last sender report, 0 = none yet; and the delay since then, in 1/65536 s. */
  lastReport: number;
  delay: number;
};

/** Told what a compound packet says. Nothing of the packet is kept. */
export type RtcpHandlers = {
  nack: (ssrc: number, sequence: number) => void;
  /** PLI or FIR: the receiver cannot go on without a key frame. */
  keyRequest: (ssrc: number) => void;
  /** What the receiver thinks its line carries, in bits per second. */
  estimate: (bitsPerSecond: number) => void;
  report: (block: ReportBlock) => void;
  /** Transport-wide feedback, as one RTCP packet; read it before returning. */
  transport: (part: Buffer) => void;
  bye: () => void;
};

const SR = 200;
const RR = 201;
const BYE = 203;
const TRANSPORT_FEEDBACK = 205;
const PAYLOAD_FEEDBACK = 206;
const TRANSPORT_WIDE = 15;

/** Reads a compound packet. A malformed rest is left out. */
export const parseRtcp = (packet: Buffer, handlers: RtcpHandlers): void => {
  let at = 0;
  while (at + 8 <= packet.length) {
    const length = 4 * (packet.readUInt16BE(at + 2) + 1);
    if (at + length > packet.length) return;
    parseOne(packet.subarray(at, at + length), handlers);
    at += length;
  }
};

const parseOne = (part: Buffer, handlers: RtcpHandlers): void => {
  const format = part[0]! & 0x1f;
  switch (part[1]) {
    case SR:
      return parseReports(part, 28, format, handlers);
    case RR:
      return parseReports(part, 8, format, handlers);
    case BYE:
      return handlers.bye();
    case TRANSPORT_FEEDBACK:
      if (format === 1) parseNack(part, handlers);
      else if (format === TRANSPORT_WIDE) handlers.transport(part);
      return;
    case PAYLOAD_FEEDBACK:
      return parsePayloadFeedback(part, format, handlers);
  }
};

const parseReports = (
  part: Buffer,
  start: number,
  count: number,
  handlers: RtcpHandlers,
): void => {
  for (
    let i = 0, at = start;
    i < count && at + 24 <= part.length;
    i++, at += 24
  )
    handlers.report({
      ssrc: part.readUInt32BE(at),
      lost: part[at + 4]! / 256,
      jitter: part.readUInt32BE(at + 12),
      lastReport: part.readUInt32BE(at + 16),
      delay: part.readUInt32BE(at + 20),
    });
};

/** Generic NACK: a sequence number and a bit for each of the 16 that follow. */
const parseNack = (part: Buffer, handlers: RtcpHandlers): void => {
  if (part.length < 16) return;
  const ssrc = part.readUInt32BE(8);
  for (let at = 12; at + 4 <= part.length; at += 4) {
    const first = part.readUInt16BE(at);
    handlers.nack(ssrc, first);
    let mask = part.readUInt16BE(at + 2);
    for (let next = first + 1; mask !== 0; next++, mask >>= 1)
      if (mask & 1) handlers.nack(ssrc, next & 0xffff);
  }
};

const PLI = 1;
const FIR = 4;
const APPLICATION = 15;

const parsePayloadFeedback = (
  part: Buffer,
  format: number,
  handlers: RtcpHandlers,
): void => {
  if (format === PLI && part.length >= 12)
    handlers.keyRequest(part.readUInt32BE(8));
  else if (format === FIR && part.length >= 20)
    handlers.keyRequest(part.readUInt32BE(12));
  else if (format === APPLICATION && isRemb(part)) {
    const exponent = part[17]! >> 2;
    const mantissa = ((part[17]! & 3) << 16) | part.readUInt16BE(18);
    handlers.estimate(mantissa * 2 ** exponent);
  }
};

const isRemb = (part: Buffer): boolean =>
  part.length >= 20 && part.toString("latin1", 12, 16) === "REMB";

export type SenderReport = {
  ssrc: number;
  /** Wall time in milliseconds since 1970, and the RTP timestamp of that same moment. */
  wallMs: number;
  timestamp: number;
  packets: number;
  octets: number;
};

/** The source description's CNAME: the same for sound and picture, so that players keep them in step. */
const CNAME = "tutti";
const SDES_WORDS = Math.ceil((4 + 2 + CNAME.length + 1) / 4);
export const SENDER_REPORT_SIZE = 28 + 4 + 4 * SDES_WORDS;

/** Writes a sender report and its source description over `packet` (SENDER_REPORT_SIZE bytes). */
export const writeSenderReport = (
  packet: Buffer,
  report: SenderReport,
): void => {
  const seconds = Math.floor(report.wallMs / 1000);
  const fraction = (report.wallMs / 1000 - seconds) * 4_294_967_296;
  packet.fill(0);
  packet[0] = 0x80;
  packet[1] = SR;
  packet.writeUInt16BE(6, 2);
  packet.writeUInt32BE(report.ssrc, 4);
  packet.writeUInt32BE((seconds + NTP_UNIX) >>> 0, 8);
  packet.writeUInt32BE(Math.floor(fraction) >>> 0, 12);
  packet.writeUInt32BE(report.timestamp >>> 0, 16);
  packet.writeUInt32BE(report.packets >>> 0, 20);
  packet.writeUInt32BE(report.octets >>> 0, 24);
  packet[28] = 0x81;
  packet[29] = 202;
  packet.writeUInt16BE(SDES_WORDS, 30);
  packet.writeUInt32BE(report.ssrc, 32);
  packet[36] = 1;
  packet[37] = CNAME.length;
  packet.write(CNAME, 38, "latin1");
};

/** Middle 32 bits of the NTP time, as receivers echo it: 1/65536 s. */
export const ntpMiddle = (wallMs: number): number =>
  Math.floor((wallMs / 1000 + NTP_UNIX) * 65_536) % 4_294_967_296;
