/** Encoded media in which flashes and beeps coincide, by the product's own picture encoder and FFmpeg's AAC. */
import {
  AV_CHANNEL_LAYOUT_MONO,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_SAMPLE_FMT_FLTP,
  Codec,
  CodecContext,
  FFmpegError,
  FF_ENCODER_AAC,
  Frame,
  Packet,
  Rational,
} from "node-av";
import type { EncodedUnit, Micros } from "../../mixer/media.js";
import { createVideoEncoder } from "../../mixer/video/encoder.js";
import { allocatePicture } from "../../mixer/video/picture-frame.js";

export const SIZE = { width: 320, height: 180, fps: 30 };
/** A flash and a beep begin at every full second and last this long. */
const PULSE: Micros = 100_000;
const SECOND: Micros = 1_000_000;
const RATE = 48_000;
const FRAME_SAMPLES = 1_024;

export type TimedUnit = { kind: "video" | "audio"; unit: EncodedUnit };
export type FlashBeep = { units: TimedUnit[]; extradata: Buffer };

const inPulse = (time: Micros): boolean => time >= 0 && time % SECOND < PULSE;

const encodeVideo = async (
  seconds: number,
  keyEvery: number,
): Promise<TimedUnit[]> => {
  const encoder = createVideoEncoder({
    codec: "h264",
    bitrate: 300_000,
    ...SIZE,
  });
  const { frame, planes } = allocatePicture(SIZE.width, SIZE.height);
  for (const plane of planes.data.slice(1)) plane.fill(128);
  const units: TimedUnit[] = [];
  for (let at = 0; at < seconds * SIZE.fps; at++) {
    const pts = Math.round((at * SECOND) / SIZE.fps);
    planes.data[0]!.fill(inPulse(pts) ? 235 : 16);
    // A moving bar: without it a picture is a few bytes, and nothing is tested.
    for (let row = 0; row < SIZE.height; row++) {
      const offset = row * planes.strides[0]! + ((at * 4 + row) % 300);
      planes.data[0]!.fill(90, offset, offset + 16);
    }
    const key = at % Math.round(keyEvery * SIZE.fps) === 0;
    const unit = await encoder.encode(frame, pts, { key });
    if (unit) units.push({ kind: "video", unit });
  }
  encoder.close();
  frame.free();
  return units;
};

const openAac = (): CodecContext => {
  const codec = Codec.findEncoderByName(FF_ENCODER_AAC)!;
  const context = new CodecContext();
  context.allocContext3(codec);
  context.sampleRate = RATE;
  context.sampleFormat = AV_SAMPLE_FMT_FLTP;
  context.channelLayout = AV_CHANNEL_LAYOUT_MONO;
  context.bitRate = 96_000n;
  context.timeBase = new Rational(1, RATE);
  context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  FFmpegError.throwIfError(context.open2Sync(codec, null), "aac");
  return context;
};

const beepFrame = (start: number): Frame => {
  const frame = new Frame();
  frame.alloc();
  frame.nbSamples = FRAME_SAMPLES;
  frame.sampleRate = RATE;
  frame.format = AV_SAMPLE_FMT_FLTP;
  frame.channelLayout = AV_CHANNEL_LAYOUT_MONO;
  FFmpegError.throwIfError(frame.getBuffer(0), "audio frame");
  frame.pts = BigInt(start);
  const plane = frame.data![0]!;
  for (let i = 0; i < FRAME_SAMPLES; i++) {
    const at = start + i;
    const heard = inPulse((at * SECOND) / RATE);
    plane.writeFloatLE(
      heard ? 0.5 * Math.sin((at * 2 * Math.PI) / 48) : 0,
      i * 4,
    );
  }
  return frame;
};

const encodeAudio = async (
  seconds: number,
): Promise<{ units: TimedUnit[]; extradata: Buffer }> => {
  const context = openAac();
  const packet = new Packet();
  packet.alloc();
  const units: TimedUnit[] = [];
  for (let start = 0; start < seconds * RATE; start += FRAME_SAMPLES) {
    const frame = beepFrame(start);
    await context.sendFrame(frame);
    frame.free();
    while ((await context.receivePacket(packet)) >= 0) {
      const pts = Math.round((Number(packet.pts) * SECOND) / RATE);
      units.push({
        kind: "audio",
        unit: { data: packet.data!, pts, key: true },
      });
      packet.unref();
    }
  }
  const extradata = Buffer.from(context.extraData!);
  packet.free();
  context.freeContext();
  return { units, extradata };
};

/** `seconds` of media from pts 0 on, in order of time, a key frame every `keyEvery` seconds. */
export const encodeFlashBeep = async (
  seconds: number,
  keyEvery = 1,
): Promise<FlashBeep> => {
  const video = await encodeVideo(seconds, keyEvery);
  const { units: audio, extradata } = await encodeAudio(seconds);
  const units = [...video, ...audio].sort((a, b) => a.unit.pts - b.unit.pts);
  return { units, extradata };
};
