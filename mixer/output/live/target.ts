/** Where a push goes, as ffmpeg is told of it: what is secret apart from what anybody may see in the list of processes. Pure. */

export type PushTarget = {
  /** FLV for RTMP, MPEG-TS for SRT. */
  format: "flv" | "mpegts";
  /** On the command line: no more than the host. */
  address: string;
  /** Options of the protocol; ffmpeg reads them from a file. */
  secrets: Record<string, string>;
};

/** What of an SRT address' query has a meaning, and how ffmpeg calls it. */
const SRT_OPTIONS: Readonly<Record<string, string>> = {
  streamid: "srt_streamid",
  passphrase: "passphrase",
  pbkeylen: "pbkeylen",
  latency: "latency",
};

const srt = ({ host, searchParams }: URL): PushTarget => {
  const secrets: Record<string, string> = {};
  for (const [name, value] of searchParams) {
    const option = SRT_OPTIONS[name];
    if (option !== undefined) secrets[option] = value;
  }
  // 1316 bytes are 7 packets of MPEG-TS, what fits into a datagram of the internet.
  return {
    format: "mpegts",
    address: `srt://${host}?mode=caller&pkt_size=1316`,
    secrets,
  };
};

/** The key is what follows the last slash, with its query; what is before it names the application. */
const rtmp = ({ protocol, host, pathname, search }: URL): PushTarget => {
  const path = pathname.slice(1);
  const slash = path.lastIndexOf("/");
  return {
    format: "flv",
    address: `${protocol}//${host}/`,
    secrets: {
      rtmp_app: path.slice(0, Math.max(slash, 0)),
      rtmp_playpath: path.slice(slash + 1) + search,
      // A key is given to nobody but the host that is meant; by itself ffmpeg asks no server who it is.
      ...(protocol === "rtmps:" && { tls_verify: "1" }),
    },
  };
};

/** Throws a TypeError for anything but rtmp, rtmps and srt. */
export const pushTarget = (address: string): PushTarget => {
  const url = new URL(address);
  if (url.protocol === "srt:") return srt(url);
  if (url.protocol === "rtmp:" || url.protocol === "rtmps:") return rtmp(url);
  throw new TypeError(`${url.protocol} is not rtmp, rtmps or srt`);
};

/** As a file of ffmpeg's option `-fpre` has them. */
export const presetText = (options: Record<string, string>): string =>
  Object.entries(options)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");

/** Nothing but errors on standard error, whose tail becomes a reason. */
const QUIET = ["-hide_banner", "-nostats", "-loglevel", "error"];

/** From the pipe to the other side, without a thought of waiting: it comes in time. `preset` is the file of the options. */
export const pushArguments = (
  { format }: PushTarget,
  preset: string,
): { input: string[]; output: string[] } => ({
  input: [
    ...QUIET,
    // Progress tells when the other side has taken the first bytes.
    ...["-progress", "pipe:1", "-stats_period", "0.5"],
    ...["-f", "matroska", "-analyzeduration", "0", "-fpsprobesize", "0"],
  ],
  output: [
    ...["-map", "0", "-c", "copy", "-copyts"],
    ...["-max_interleave_delta", "500000", "-flush_packets", "1"],
    ...(format === "flv"
      ? ["-flvflags", "no_duration_filesize"]
      : ["-muxdelay", "0", "-muxpreload", "0"]),
    ...["-fpre", preset, "-f", format],
  ],
});
