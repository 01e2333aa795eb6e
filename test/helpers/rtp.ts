/** ffmpeg as the other side of plain RTP: sends a tone, and writes down what it hears. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RtpCodec, RtpHost, SrtpSuite } from "../../mixer/contract.js";
import { parseWav } from "./tone.js";

type Coded = RtpCodec & { rtpmap: string; encoder: string };

/** What is sent and taken, in the words of SDP and of ffmpeg. */
const CODECS = {
  opus: {
    ...{ name: "opus", rate: 48_000, channels: 1, payloadType: 111, ptime: 20 },
    ...{ rtpmap: "opus/48000/2", encoder: "libopus" },
  },
  pcmu: {
    ...{ name: "pcmu", rate: 8000, channels: 1, payloadType: 0, ptime: 20 },
    ...{ rtpmap: "PCMU/8000", encoder: "pcm_mulaw" },
  },
  pcma: {
    ...{ name: "pcma", rate: 8000, channels: 1, payloadType: 8, ptime: 20 },
    ...{ rtpmap: "PCMA/8000", encoder: "pcm_alaw" },
  },
  l16: {
    ...{ name: "l16", rate: 44_100, channels: 2, payloadType: 97, ptime: 5 },
    ...{ rtpmap: "L16/44100/2", encoder: "pcm_s16be" },
  },
  wide: {
    ...{ name: "l16", rate: 48_000, channels: 1, payloadType: 98, ptime: 10 },
    ...{ rtpmap: "L16/48000/1", encoder: "pcm_s16be" },
  },
} as const satisfies Record<string, Coded>;
export type CodecName = keyof typeof CODECS;

/** Only what the contract has. */
export const codecOf = (codec: CodecName): RtpCodec => {
  const { name, rate, channels, payloadType, ptime } = CODECS[codec];
  return { name, rate, channels, payloadType, ptime };
};

export type Crypto = { suite: SrtpSuite; key: string };

const run = (args: string[]): ChildProcess =>
  spawn("ffmpeg", ["-nostdin", "-y", "-loglevel", "error", ...args], {
    stdio: ["ignore", "ignore", "pipe"],
  });

const stop = async (
  child: ChildProcess,
  signal: "SIGTERM" | "SIGKILL",
): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill(signal);
  await gone;
};

/** Sends a sine of `hz` at -21 dB until it is stopped. `from`: its own port. */
export const sendTone = (options: {
  codec: CodecName;
  hz: number;
  to: RtpHost;
  from?: number;
  crypto?: Crypto;
}): { stop: () => Promise<void> } => {
  const { codec, hz, to, from, crypto } = options;
  const { encoder, rate, channels, payloadType, ptime } = CODECS[codec];
  const samples = Math.floor((rate * ptime) / 1000);
  const query = `?pkt_size=1200${from === undefined ? "" : `&localrtpport=${from}`}`;
  const scheme = crypto === undefined ? "rtp" : "srtp";
  const child = run([
    ...[
      "-re",
      "-f",
      "lavfi",
      "-i",
      `sine=f=${hz}:r=${rate}:samples_per_frame=${samples}`,
    ],
    ...["-af", "volume=-3dB", "-c:a", encoder],
    ...["-ar", String(rate), "-ac", String(channels)],
    ...["-payload_type", String(payloadType)],
    ...(crypto === undefined
      ? []
      : ["-srtp_out_suite", crypto.suite, "-srtp_out_params", crypto.key]),
    ...["-f", "rtp", `${scheme}://${to.address}:${to.port}${query}`],
  ]);
  return { stop: () => stop(child, "SIGKILL") };
};

/** The session that a receiver at this host is told. */
export const sdpFor = (
  codec: CodecName,
  { address, port }: RtpHost,
  crypto?: Crypto,
): string => {
  const { payloadType, rtpmap } = CODECS[codec];
  const profile = crypto === undefined ? "RTP/AVP" : "RTP/SAVP";
  return [
    ...["v=0", `o=- 1 1 IN IP4 ${address}`, "s=-", `c=IN IP4 ${address}`],
    ...["t=0 0", `m=audio ${port} ${profile} ${payloadType}`],
    `a=rtpmap:${payloadType} ${rtpmap}`,
    ...(crypto === undefined
      ? []
      : [`a=crypto:1 ${crypto.suite} inline:${crypto.key}`]),
    "",
  ].join("\r\n");
};

/** Writes down so many seconds of the session: resolves with mono samples at 48 kHz. @throws Error with what ffmpeg said */
export const record = async (
  sdp: string,
  seconds: number,
): Promise<Int16Array> => {
  const folder = mkdtempSync(join(tmpdir(), "tutti-rtp-"));
  const [input, output] = [join(folder, "in.sdp"), join(folder, "out.wav")];
  writeFileSync(input, sdp);
  const child = run([
    ...["-protocol_whitelist", "file,udp,rtp,srtp,crypto", "-i", input],
    ...["-t", String(seconds), "-ac", "1", "-ar", "48000"],
    ...["-c:a", "pcm_s16le", output],
  ]);
  let said = "";
  child.stderr!.on("data", (text: Buffer) => (said += String(text)));
  const late = setTimeout(() => child.kill("SIGKILL"), 1000 * seconds + 15_000);
  try {
    await once(child, "exit");
    return parseWav(readFileSync(output)).samples;
  } catch (error) {
    throw new Error(`nothing recorded: ${said}`, { cause: error });
  } finally {
    clearTimeout(late);
    rmSync(folder, { recursive: true });
  }
};
