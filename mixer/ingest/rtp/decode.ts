/** Payloads of plain RTP to samples. */
import { decodeG711 } from "../../audio/g711.js";
import { createOpusDecoder } from "../../audio/opus-decoder.js";
import type { RtpCodec } from "../../contract.js";

export type RtpDecoder = {
  /** Interleaved samples, valid until the next call; undefined for what cannot be read. */
  decode: (payload: Buffer) => Int16Array | undefined;
  /** Idempotent. */
  close: () => void;
};

/** Bytes of a packet that is read: a UDP packet of one Ethernet frame has no more. */
const MOST_BYTES = 1500;

const nothing = (): void => undefined;

/** 16 bits, network byte order (RFC 3551 §4.5.11). */
const createL16 = (channels: number): RtpDecoder => {
  const output = new Int16Array(MOST_BYTES);
  return {
    decode: (payload) => {
      const groups = Math.floor(payload.length / (2 * channels));
      const count = Math.min(output.length, groups * channels);
      for (let i = 0; i < count; i++) output[i] = payload.readInt16BE(2 * i);
      return count === 0 ? undefined : output.subarray(0, count);
    },
    close: nothing,
  };
};

const createG711 = (law: "pcmu" | "pcma"): RtpDecoder => {
  const output = new Int16Array(MOST_BYTES);
  return {
    decode: (payload) => {
      if (payload.length === 0 || payload.length > MOST_BYTES) return undefined;
      decodeG711(law, payload, output);
      return output.subarray(0, payload.length);
    },
    close: nothing,
  };
};

export const createRtpDecoder = ({ name, channels }: RtpCodec): RtpDecoder => {
  if (name === "opus") return createOpusDecoder(channels);
  return name === "l16" ? createL16(channels) : createG711(name);
};
