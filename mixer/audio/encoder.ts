import {
  AV_CHANNEL_LAYOUT_MONO,
  AV_CHANNEL_LAYOUT_STEREO,
  AV_LOG_ERROR,
  Codec,
  CodecContext,
  FFmpegError,
  Frame,
  Log,
  Packet,
  Rational,
  type AVSampleFormat,
} from "node-av";
import { MIX_RATE } from "../media.js";

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
