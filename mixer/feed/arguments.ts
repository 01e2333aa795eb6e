/** What ffmpeg is told about feeds and sounds. Pure. */
import type { Micros } from "../media.js";
import { RATE } from "./timeline.js";

/** What ffmpeg opens, and the options that keep it to that. */
export type Input = {
  url: string;
  options: string[];
  /** It cannot wait: what it sends comes when it comes. */
  live: boolean;
};

/** No tile of a canvas of 720p is larger, and 30 pictures a second are what canvases show. */
const WIDTH = 1280;
const HEIGHT = 720;
const MOST_FPS = 30;

/** µs without a byte after which a source on the network is given up: ICE's patience is as long. */
const SILENT_FOR = "10000000";

/**
 * Containers of media and nothing else: a playlist, a list of files or a session description that somebody put among
 * the files could make ffmpeg open others.
 */
const CONTAINERS = [
  ..."mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,flv,mpegts,mpeg".split(","),
  ..."wav,w64,mp3,ogg,flac,aac,aiff,caf,amr,au,asf,ac3,eac3,gif".split(","),
].join(",");

/** A file with this (absolute) path. */
export const fileInput = (path: string): Input => ({
  url: `file:${path}`,
  options: [
    ...["-protocol_whitelist", "file"],
    ...["-format_whitelist", CONTAINERS],
  ],
  live: false,
});

const HTTP = {
  // A playlist of HLS names further addresses; `file` is not among what they may begin with.
  protocols: "http,https,tcp,tls,crypto",
  options: [
    ...["-rw_timeout", SILENT_FOR],
    ...["-format_whitelist", `${CONTAINERS},hls`],
  ],
  live: false,
};
const RTMP = {
  protocols: "rtmp,rtmps,tcp,tls",
  options: ["-rw_timeout", SILENT_FOR, "-format_whitelist", "flv,live_flv"],
  live: true,
};
const RTSP = {
  protocols: "rtsp,rtsps,rtp,udp,tcp,tls",
  // Over TCP: it passes every firewall, and nothing of it is lost.
  options: ["-rtsp_transport", "tcp", "-timeout", SILENT_FOR],
  live: true,
};

const BY_SCHEME: Record<string, typeof HTTP> = {
  "http:": HTTP,
  "https:": HTTP,
  "rtmp:": RTMP,
  "rtmps:": RTMP,
  "rtsp:": RTSP,
  "rtsps:": RTSP,
};

/** An address; undefined for a scheme that is not fed from. */
export const addressInput = (url: string): Input | undefined => {
  const scheme = URL.canParse(url) ? new URL(url).protocol : "";
  const known = BY_SCHEME[scheme];
  if (known === undefined) return undefined;
  const { protocols, options, live } = known;
  return {
    url,
    options: ["-protocol_whitelist", protocols, ...options],
    live,
  };
};

/**
 * What an encoder pushes to the server, from its last key frame on. Two tracks are all there is, so that ffmpeg begins as
 * soon as it has seen both, and waits so long (µs) for the second. Not with `-fflags nobuffer`: the key frame, which is
 * seen meanwhile, would be thrown away, and nothing be shown until the next, 8 s later with OBS. Threads that share a picture hold none back; those
 * that take one each would hold back as many as there are cores.
 */
export const pushInput = (socket: string): Input => ({
  url: `unix:${socket}`,
  options: [
    ...["-protocol_whitelist", "unix", "-f", "flv"],
    ...["-analyzeduration", "500000"],
    ...["-thread_type", "slice"],
  ],
  live: true,
});

export const seekArguments = (position: Micros): string[] => [
  ...["-hide_banner", "-nostats", "-nostdin"],
  ...(position > 0 ? ["-ss", (position / 1_000_000).toFixed(3)] : []),
];

const PICTURE = [
  // Square pixels first, then what fits, as decoders of cameras give it.
  "scale=trunc(iw*sar/2)*2:ih",
  `scale=min(${WIDTH}\\,iw):min(${HEIGHT}\\,ih):force_original_aspect_ratio=decrease:force_divisible_by=2:out_color_matrix=bt601:out_range=tv`,
  "setsar=1",
  "format=yuv420p",
].join(",");

/** From the first moment on without a gap. */
const SOUND =
  "aresample=async=1:first_pts=0,aformat=channel_layouts=mono|stereo";

/** Raw Matroska: one pipe, so that sound and picture come in their order and neither can block the other. */
export const outputArguments = (picture: boolean): string[] => [
  ...(picture
    ? [
        // No cover of an album: that would be a film of one picture.
        ...["-map", "0:V:0?", "-c:v", "rawvideo", "-vf", PICTURE],
        ...["-fpsmax", String(MOST_FPS)],
      ]
    : []),
  ...["-map", "0:a:0?", "-c:a", "pcm_s16le"],
  // Of one channel ffmpeg would make two that are 3 dB quieter.
  ...["-af", SOUND, "-ar", String(RATE)],
  ...["-map_metadata", "-1", "-map_chapters", "-1"],
  // A track that ends before the other must not make the muxer keep seconds of raw pictures.
  ...["-max_interleave_delta", "200000", "-flush_packets", "1"],
  ...["-f", "matroska", "-live", "1"],
];
