import { AV_SAMPLE_FMT_S16 } from "node-av";
import { TICK_SAMPLES } from "../media.js";
import { openAudioEncoder, type AudioEncoder } from "./encoder.js";

export type OpusEncoderOptions = {
  /** Bits a second, 6 000 to 256 000; 48 000. */
  bitrate?: number;
  channels?: 1;
  /** 0 to 10: 5. With FEC (SILK and CELT together) 5 costs about 1 % of a core, 0 half of that, 10 a quarter more. */
  complexity?: number;
  /** The loss that FEC is made for, per cent: 10. */
  lossPercent?: number;
  /** Each packet also carries a coarse copy of the one before: true. */
  fec?: boolean;
  /** What libopus favours: speech (`voip`, which FEC is best with) or any sound. */
  application?: "voip" | "audio";
  /**
   * Sends digital silence as one packet in 400 ms: false. libopus' own DTX is not used: it takes a steady tone for
   * noise and cuts it out.
   */
  dtx?: boolean;
};

export type OpusEncoder = {
  /**
   * Encodes one tick: 960 samples of 48 kHz mono, copied. Synchronous, 0.1 to 0.2 ms.
   * The Buffer is the caller's. `undefined`: nothing needs to be sent (only with `dtx`).
   */
  encode(samples: Int16Array): Buffer | undefined;
  /** Gives everything back; a second call is nothing. */
  close(): void;
};

/** Ticks of silence that are sent before DTX: the decoder's tail dies away in 200 ms. */
const SILENCE_SENT = 10;
/** Then one tick in so many, as RFC 6716 does: 400 ms. */
const SILENCE_EVERY = 20;

const inRange = (
  name: string,
  value: number,
  min: number,
  max: number,
): void => {
  if (!(Number.isInteger(value) && value >= min && value <= max))
    throw new TypeError(`${name} must be ${min} to ${max}, got ${value}`);
};

const isSilent = (samples: Int16Array): boolean => {
  for (let i = 0; i < samples.length; i++) if (samples[i] !== 0) return false;
  return true;
};

const open = ({
  bitrate = 48_000,
  channels = 1,
  complexity = 5,
  lossPercent = 10,
  fec = true,
  application = "voip",
}: OpusEncoderOptions): AudioEncoder => {
  inRange("bitrate", bitrate, 6000, 256_000);
  inRange("complexity", complexity, 0, 10);
  inRange("lossPercent", lossPercent, 0, 100);
  return openAudioEncoder({
    name: "libopus",
    format: AV_SAMPLE_FMT_S16,
    channels,
    frameSamples: TICK_SAMPLES,
    bitrate,
    settings: {
      application,
      frame_duration: "20",
      vbr: "on",
      fec: fec ? "1" : "0",
      packet_loss: String(lossPercent),
      compression_level: String(complexity),
    },
  });
};

/** Opens a libopus encoder. Throws a TypeError for an option out of range. */
export const createOpusEncoder = (
  options: OpusEncoderOptions = {},
): OpusEncoder => {
  const { dtx = false } = options;
  const encoder = open(options);
  const plane = encoder.planes[0]!;
  const input = new Int16Array(plane.buffer, plane.byteOffset, TICK_SAMPLES);
  let position = 0;
  let silence = 0;
  let packet: Buffer | undefined;
  const take = (data: Buffer): void => {
    packet = data;
  };
  const canSkip = (samples: Int16Array): boolean => {
    silence = isSilent(samples) ? silence + 1 : 0;
    return silence > SILENCE_SENT && silence % SILENCE_EVERY !== 0;
  };

  return {
    encode(samples) {
      encoder.assertOpen();
      const pts = position;
      position += TICK_SAMPLES;
      packet = undefined;
      if (dtx && canSkip(samples)) return undefined;
      input.set(samples);
      encoder.encode(pts, take);
      return packet;
    },
    close: encoder.close,
  };
};
