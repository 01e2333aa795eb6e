import { FF_ENCODER_LIBVPX_VP8, FF_ENCODER_LIBX264 } from "node-av/constants";
import type { FFEncoderCodec } from "node-av";
import type { VideoCodec } from "../media.js";

/** How one codec is opened for real time. */
export type CodecSettings = {
  encoder: FFEncoderCodec;
  /** Length of the rate control's buffer; also the largest burst, so the largest key frame. */
  bufferSeconds: number;
  /** libvpx is constant-rate when the minimum is the maximum; x264 only needs the maximum. */
  constant: boolean;
  /** Whether the library takes a new bitrate while it runs. */
  rateChanges: boolean;
  /** Private options, as FFmpeg names them. */
  options: Record<string, string>;
};

export const CODECS: Record<VideoCodec, CodecSettings> = {
  h264: {
    encoder: FF_ENCODER_LIBX264,
    // A key frame of at most 0.4 s of the line goes through WebRTC's pacing without a visible stop.
    bufferSeconds: 0.4,
    constant: false,
    rateChanges: true,
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
    constant: true,
    rateChanges: false,
    options: {
      deadline: "realtime",
      // Negative is a fixed speed, positive takes all the time it finds. -8 costs 6 to 8 ms a 720p frame.
      "cpu-used": "-8",
      "lag-in-frames": "0",
      "auto-alt-ref": "0",
      "error-resilient": "default",
      "static-thresh": "1",
      // Per cent of a frame's share: a key frame takes at most 0.3 s of a 30 fps line.
      "max-intra-rate": "900",
    },
  },
};
