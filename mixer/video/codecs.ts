import {
  FF_ENCODER_H264_NVENC,
  FF_ENCODER_H264_VAAPI,
  FF_ENCODER_LIBSVTAV1,
  FF_ENCODER_LIBVPX_VP8,
  FF_ENCODER_LIBVPX_VP9,
  FF_ENCODER_LIBX264,
} from "node-av/constants";
import type { FFEncoderCodec } from "node-av";
import type { VideoCodec } from "../media.js";

/** What encodes: `auto` takes hardware where it works, a named device is tried first; software always works. */
export const ENCODER_CHOICES = ["auto", "software", "vaapi", "nvenc"] as const;
export type EncoderChoice = (typeof ENCODER_CHOICES)[number];

/** How one encoder is opened for real time. */
export type CodecSettings = {
  encoder: FFEncoderCodec;
  /** Needs its pictures in the device's memory. */
  upload?: "vaapi";
  /** Length of the rate control's buffer; also the largest burst, so the largest key frame. */
  bufferSeconds: number;
  /** Most of a line that the very first picture may take: the library guesses it too coarse, by far for flat ground. */
  startSeconds?: { wide: number; narrow: number };
  /** `constant`: libvpx is constant-rate when the minimum is the maximum. `capped`: x264 only needs the maximum. `own`: no maximum. */
  rate: "constant" | "capped" | "own";
  /** Whether the library takes a new bitrate while it runs. */
  rateChanges: boolean;
  /** It takes the last gap between two pictures for the rate of all. */
  evenTime?: boolean;
  threads: number;
  /** Private options, as FFmpeg names them. */
  options: Record<string, string>;
  /** Further ones for single pictures, seconds apart. */
  stills?: Record<string, string>;
};

/**
 * Left alone libvpx gives each of them three times its share (measured: 40 kB instead of 10), or, held to its share,
 * begins with the coarsest quantizer there is and takes ten stills to believe that it need not.
 */
const LIBVPX_STILLS = { "max-intra-rate": "100", qmax: "40" };

/** A key frame of at most 0.4 s of the line goes through WebRTC's pacing without a visible stop. */
const H264_BUFFER_SECONDS = 0.4;

export const SOFTWARE: Record<VideoCodec, CodecSettings> = {
  h264: {
    encoder: FF_ENCODER_LIBX264,
    bufferSeconds: H264_BUFFER_SECONDS,
    rate: "capped",
    rateChanges: true,
    threads: 1,
    options: {
      // Measured at 1.5 Mbit/s, 720p: 36.0 dB for 4.4 ms; ultrafast 34.4 dB for 3.5 ms, veryfast 36.2 dB for 6.6 ms.
      preset: "superfast",
      tune: "zerolatency",
      profile: "baseline",
      "forced-idr": "1",
      // Parameter sets in front of every key frame: a viewer may join at any of them.
      "x264-params": "repeat-headers=1:annexb=1:scenecut=0",
    },
  },
  vp8: {
    encoder: FF_ENCODER_LIBVPX_VP8,
    // Longer than for x264, since max-intra-rate bounds the key frames here. Measured: 1492 of 1500 kbit/s.
    bufferSeconds: 0.6,
    // Measured: what comes is a third of it, for patches a thirtieth; these were 7 levels off with 0.2 s, now under 3.
    startSeconds: { wide: 0.6, narrow: 0.3 },
    rate: "constant",
    rateChanges: false,
    evenTime: true,
    threads: 1,
    options: {
      deadline: "realtime",
      // Negative is a fixed speed, positive takes all the time it finds. -8 costs 6 to 8 ms a 720p frame.
      "cpu-used": "-8",
      "lag-in-frames": "0",
      "auto-alt-ref": "0",
      "error-resilient": "default",
      "static-thresh": "1",
    },
    stills: LIBVPX_STILLS,
  },
  vp9: {
    encoder: FF_ENCODER_LIBVPX_VP9,
    bufferSeconds: 0.6,
    rate: "constant",
    rateChanges: false,
    evenTime: true,
    // Measured at 1.5 Mbit/s, 720p: 12.5 ms of CPU with one thread, 13.1 with two, which share a frame by rows.
    threads: 2,
    options: {
      deadline: "realtime",
      "cpu-used": "8",
      "row-mt": "1",
      "tile-columns": "1",
      "lag-in-frames": "0",
      "auto-alt-ref": "0",
      "error-resilient": "default",
      "static-thresh": "1",
      "aq-mode": "3",
      "max-intra-rate": "900",
    },
    stills: LIBVPX_STILLS,
  },
  av1: {
    encoder: FF_ENCODER_LIBSVTAV1,
    bufferSeconds: 0.6,
    rate: "own",
    rateChanges: false,
    threads: 1,
    options: {
      // The fastest that the library has for real time: 9.5 ms of CPU for a 720p frame; 10 takes 13.4 ms.
      preset: "12",
      // Low delay (no frame waits for a later one), constant rate, key frames where they are asked for, one thread.
      "svtav1-params":
        "pred-struct=1:rc=2:rtc=1:force-key-frames=1:lp=1:lookahead=0:scd=0",
    },
  },
};

/** In the order in which `auto` tries them. */
const HARDWARE: Partial<
  Record<VideoCodec, Partial<Record<EncoderChoice, CodecSettings>>>
> = {
  h264: {
    vaapi: {
      encoder: FF_ENCODER_H264_VAAPI,
      upload: "vaapi",
      bufferSeconds: H264_BUFFER_SECONDS,
      rate: "constant",
      rateChanges: false,
      threads: 1,
      options: {
        profile: "constrained_baseline",
        rc_mode: "CBR",
        async_depth: "1",
      },
    },
    nvenc: {
      encoder: FF_ENCODER_H264_NVENC,
      bufferSeconds: H264_BUFFER_SECONDS,
      rate: "capped",
      rateChanges: true,
      threads: 1,
      options: {
        preset: "p3",
        tune: "ull",
        profile: "baseline",
        rc: "cbr",
        zerolatency: "1",
        delay: "0",
        "forced-idr": "1",
      },
    },
  },
};

/** What to try for a codec, in this order; the last one is software. */
export const encodersFor = (
  codec: VideoCodec,
  choice: EncoderChoice,
): CodecSettings[] => {
  const hardware = HARDWARE[codec] ?? {};
  const tried =
    choice === "auto" ? Object.values(hardware) : [hardware[choice]];
  return [...tried, SOFTWARE[codec]].filter((it) => it !== undefined);
};
