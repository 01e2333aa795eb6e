/** Opus for what is sent, and what it shares with AAC (`aac.ts`): FFmpeg's audio encoders in process. */
import {
  AV_CHANNEL_LAYOUT_MONO,
  AV_CHANNEL_LAYOUT_STEREO,
  AV_LOG_ERROR,
  AV_SAMPLE_FMT_S16,
  Codec,
  CodecContext,
  FFmpegError,
  Frame,
  Log,
  Packet,
  Rational,
  type AVSampleFormat,
} from "node-av";
import { MIX_RATE, TICK_SAMPLES } from "../media.js";

export type AudioEncoderOptions = {
  /** The FFmpeg encoder's name. */
  name: string;
  format: AVSampleFormat;
  channels: 1 | 2;
  /** Samples of a frame, each channel. */
  frameSamples: number;
  /** Bits a second. */
  bitrate: number;
  /** Set before the encoder opens; one that is not taken throws. */
  settings?: Readonly<Record<string, string>>;
};

/**
 * An FFmpeg audio encoder at 48 kHz with the one frame that it is fed from.
 *
 * - Owns the frame: write into `planes` (native memory, one Buffer for each channel of a planar format), then `encode`.
 * - The encoder gives the frame back before `encode` returns, so that the planes stay writable for good.
 */
export type AudioEncoder = {
  readonly planes: readonly Buffer[];
  readonly extradata: Buffer;
  /** Throws once flushed or closed: to be called before the planes are written, which go with `close`. */
  assertOpen(): void;
  /** Encodes what is in the planes, as beginning at sample `pts`; hands over each packet in a Buffer of its own. */
  encode(pts: number, take: TakePacket): void;
  /** Hands over what the encoder still held; only `close` may follow. */
  flush(take: TakePacket): void;
  close(): void;
};

/** `pts` in samples. `data` is the taker's. */
export type TakePacket = (data: Buffer, pts: number) => void;

const layoutOf = (channels: 1 | 2) =>
  channels === 1 ? AV_CHANNEL_LAYOUT_MONO : AV_CHANNEL_LAYOUT_STEREO;

/** FFmpeg's encoders write statistics to stderr when they close; only errors are worth a line there. */
const hushStatistics = (): void => {
  if (Log.getLevel() > AV_LOG_ERROR) Log.setLevel(AV_LOG_ERROR);
};

const openContext = (options: AudioEncoderOptions): CodecContext => {
  const { name, format, channels, bitrate, settings = {} } = options;
  const codec = Codec.findEncoderByName(name as never);
  if (codec === null) throw new Error(`This FFmpeg has no encoder ${name}`);
  hushStatistics();
  const context = new CodecContext();
  context.allocContext3(codec);
  context.sampleRate = MIX_RATE;
  context.sampleFormat = format;
  context.channelLayout = layoutOf(channels);
  context.bitRate = BigInt(bitrate);
  context.timeBase = new Rational(1, MIX_RATE);
  for (const [key, value] of Object.entries(settings))
    FFmpegError.throwIfError(context.setOption(key, value), `${name} ${key}`);
  // Never with a Dictionary: node-av's open2Sync corrupts memory then.
  FFmpegError.throwIfError(context.open2Sync(codec, null), `open ${name}`);
  return context;
};

const createFrame = (options: AudioEncoderOptions): Frame => {
  const frame = new Frame();
  frame.alloc();
  frame.nbSamples = options.frameSamples;
  frame.format = options.format;
  frame.sampleRate = MIX_RATE;
  frame.channelLayout = layoutOf(options.channels);
  FFmpegError.throwIfError(frame.getBuffer(0), "audio frame");
  return frame;
};

/** Throws an FFmpegError that names what was refused. Synchronous throughout: 20 ms of sound take 0.1 ms. */
export const openAudioEncoder = (
  options: AudioEncoderOptions,
): AudioEncoder => {
  const context = openContext(options);
  const frame = createFrame(options);
  const packet = new Packet();
  packet.alloc();
  let state: "open" | "flushed" | "closed" = "open";

  const assertOpen = (): void => {
    if (state !== "open")
      throw new Error(`${options.name} encoder is ${state}`);
  };

  const drain = (take: TakePacket): void => {
    while (context.receivePacketSync(packet) >= 0) {
      // The packet's data is FFmpeg's and goes with `unref`.
      take(Buffer.from(packet.data ?? []), Number(packet.pts));
      packet.unref();
    }
  };

  const flush = (take: TakePacket): void => {
    if (state !== "open") return;
    state = "flushed";
    context.sendFrameSync(null);
    drain(take);
  };

  return {
    planes: frame.data ?? [],
    extradata: Buffer.from(context.extraData ?? []),
    assertOpen,
    encode(pts, take) {
      assertOpen();
      frame.pts = BigInt(pts);
      FFmpegError.throwIfError(context.sendFrameSync(frame), options.name);
      drain(take);
    },
    flush,
    close() {
      if (state === "closed") return;
      // An encoder that is closed with frames inside complains on stderr.
      flush(() => undefined);
      state = "closed";
      packet.free();
      frame.free();
      context.freeContext();
    },
  };
};

export type OpusEncoderOptions = {
  /** Bits a second, 6 000 to 256 000; 48 000. */
  bitrate?: number;
  /** 1. With 2 the samples are interleaved. */
  channels?: 1 | 2;
  /** Ticks of 20 ms in a packet: 1. With 3 a line carries a third of the packets' headers, 40 ms later. */
  ticks?: 1 | 2 | 3;
  /** 0 to 10: 5. With FEC (SILK and CELT together) 5 costs about 1 % of a core, 0 half of that, 10 a quarter more. */
  complexity?: number;
  /** The loss that FEC is made for, per cent: 10. */
  lossPercent?: number;
  /** Each packet also carries a coarse copy of the one before: true. */
  fec?: boolean;
  /** What libopus favours: speech (`voip`, which FEC is best with), any sound, or (CELT alone, 2.5 ms of delay) speed. */
  application?: "voip" | "audio" | "lowdelay";
};

export type OpusEncoder = {
  /**
   * Encodes one tick: 960 samples of each channel at 48 kHz, copied. Synchronous, 0.05 to 0.2 ms.
   * The Buffer is the caller's. `undefined`: the packet is not full yet, or nobody wants it (`skip`, with its last tick).
   */
  encode(samples: Int16Array, skip?: boolean): Buffer | undefined;
  /** Gives everything back; a second call is nothing. */
  close(): void;
};

const inRange = (
  name: string,
  value: number,
  min: number,
  max: number,
): void => {
  if (!(Number.isInteger(value) && value >= min && value <= max))
    throw new TypeError(`${name} must be ${min} to ${max}, got ${value}`);
};

const open = ({
  bitrate = 48_000,
  channels = 1,
  ticks = 1,
  complexity = 5,
  lossPercent = 10,
  fec = true,
  application = "voip",
}: OpusEncoderOptions): AudioEncoder => {
  inRange("bitrate", bitrate, 6000, 256_000);
  inRange("ticks", ticks, 1, 3);
  inRange("complexity", complexity, 0, 10);
  inRange("lossPercent", lossPercent, 0, 100);
  return openAudioEncoder({
    name: "libopus",
    format: AV_SAMPLE_FMT_S16,
    channels,
    frameSamples: ticks * TICK_SAMPLES,
    bitrate,
    settings: {
      application,
      frame_duration: String(20 * ticks),
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
  const { ticks = 1, channels = 1 } = options;
  const encoder = open(options);
  const plane = encoder.planes[0]!;
  const size = ticks * TICK_SAMPLES;
  const input = new Int16Array(plane.buffer, plane.byteOffset, size * channels);
  let position = 0;
  let packet: Buffer | undefined;
  const take = (data: Buffer): void => {
    packet = data;
  };

  return {
    encode(samples, skip = false) {
      encoder.assertOpen();
      const filled = position % size;
      position += TICK_SAMPLES;
      packet = undefined;
      input.set(samples, filled * channels);
      if (position % size === 0 && !skip) encoder.encode(position - size, take);
      return packet;
    },
    close: encoder.close,
  };
};
