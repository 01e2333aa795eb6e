/** What a receiving offer asks for, and which of it we give. Pure. */
import type { MediaDescription, SessionDescription } from "sdp-transform";
import { MixerError } from "../contract.js";
import type { VideoCodec } from "../media.js";
import { isWanted } from "../sdp.js";
import { EXTENSION_URI } from "./rtp.js";

export type MediaPlan = {
  kind: "audio" | "video";
  mid: string;
  codec: VideoCodec | "opus";
  payloadType: number;
  /** Of RED (RFC 2198), which carries earlier packets of sound along; 0 = not offered. */
  redundantType: number;
  /** Format parameters for the answer. */
  parameters: string;
  /** Header extension ids as the offer numbers them, 0 = not used. */
  sendTimeId: number;
  playoutDelayId: number;
  /** Transport-wide congestion control: the receiver tells when each packet came. Not used together with the send time. */
  transportId: number;
};

export type SubscribePlan = { audio?: MediaPlan; video?: MediaPlan };

type Format = { payload: number; name: string; parameters: string };

/** The offered formats in their order of preference. */
const formats = (media: MediaDescription): Format[] => {
  const order = `${media.payloads ?? ""}`.split(" ").map(Number);
  return order.flatMap((payload) => {
    const name = media.rtp.find((rtp) => rtp.payload === payload)?.codec;
    const fmtp = media.fmtp.find((entry) => entry.payload === payload);
    if (name === undefined) return [];
    return [
      { payload, name: name.toUpperCase(), parameters: fmtp?.config ?? "" },
    ];
  });
};

const OPUS_PARAMETERS = "minptime=10;useinbandfec=1";
/**
 * For who can play both channels (RFC 7587 §7). Said in a mono room, too: it may become stereo, and nobody is asked anew.
 */
const STEREO_PARAMETERS = `${OPUS_PARAMETERS};stereo=1;sprop-stereo=1`;
const H264_PARAMETERS =
  "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f";

/** Single NAL units and fragments, and a baseline profile (42), which every receiver of 42xxxx can decode when constrained. */
const isConstrainedBaseline = ({ name, parameters }: Format): boolean =>
  name === "H264" &&
  /packetization-mode=1\b/.test(parameters) &&
  /profile-level-id=42/i.test(parameters);

/** 8 bits, 4:2:0: what every receiver of these codecs has, and what is meant where nothing is said. */
const isProfile0 = ({ parameters }: Format): boolean =>
  !/profile(-id)?=[^0]/.test(parameters);

/** The parameters to answer with, by the names that formats have in SDP; undefined = does not fit. */
const VIDEO: Record<
  VideoCodec,
  { name: string; fits: (format: Format) => boolean; parameters: string }
> = {
  h264: {
    name: "H264",
    fits: isConstrainedBaseline,
    parameters: H264_PARAMETERS,
  },
  vp8: { name: "VP8", fits: () => true, parameters: "" },
  vp9: { name: "VP9", fits: isProfile0, parameters: "profile-id=0" },
  av1: { name: "AV1", fits: isProfile0, parameters: "" },
};

type Fit = { format: Format; codec: MediaPlan["codec"]; parameters: string };

const fitAudio = (media: MediaDescription): Fit | undefined => {
  const format = formats(media).find(({ name }) => name === "OPUS");
  const both = /(?<!-)\bstereo=1\b/.test(format?.parameters ?? "");
  const parameters = both ? STEREO_PARAMETERS : OPUS_PARAMETERS;
  return format && { format, codec: "opus", parameters };
};

/** RED that may carry this payload type; browsers say `a=fmtp:63 111/111`. */
const redundantType = (media: MediaDescription, payload: number): number =>
  formats(media).find(
    ({ name, parameters }) =>
      name === "RED" && parameters.split("/").every((it) => +it === payload),
  )?.payload ?? 0;

const fitVideo = (
  media: MediaDescription,
  codecs: readonly VideoCodec[],
): Fit | undefined => {
  for (const format of formats(media))
    for (const codec of codecs) {
      const { name, fits, parameters } = VIDEO[codec];
      if (name === format.name && fits(format))
        return { format, codec, parameters };
    }
  return undefined;
};

const tellsOfEachPacket = (media: MediaDescription, payload: number): boolean =>
  media.rtcpFb?.some(
    (feedback) =>
      feedback.type === "transport-cc" &&
      (feedback.payload === payload || `${feedback.payload}` === "*"),
  ) ?? false;

const planMedia = (
  media: MediaDescription,
  kind: "audio" | "video",
  codecs: readonly VideoCodec[],
): MediaPlan | undefined => {
  const fit = kind === "audio" ? fitAudio(media) : fitVideo(media, codecs);
  if (fit === undefined) return undefined;
  const extension = (uri: string): number =>
    media.ext?.find((ext) => ext.uri === uri)?.value ?? 0;
  const { payload } = fit.format;
  const isVideo = kind === "video";
  const transportId = tellsOfEachPacket(media, payload)
    ? extension(EXTENSION_URI.transport)
    : 0;
  return {
    kind,
    mid: `${media.mid ?? ""}`,
    codec: fit.codec,
    payloadType: payload,
    redundantType: isVideo ? 0 : redundantType(media, payload),
    parameters: fit.parameters,
    sendTimeId: transportId === 0 ? extension(EXTENSION_URI.sendTime) : 0,
    playoutDelayId: isVideo ? extension(EXTENSION_URI.playoutDelay) : 0,
    transportId,
  };
};

const receives = (media: MediaDescription): boolean =>
  isWanted(media) &&
  media.direction !== "sendonly" &&
  media.direction !== "inactive";

const first = (
  session: SessionDescription,
  kind: "audio" | "video",
  codecs: readonly VideoCodec[],
): MediaPlan | undefined => {
  for (const media of session.media) {
    if (media.type !== kind || !receives(media)) continue;
    const plan = planMedia(media, kind, codecs);
    if (plan !== undefined) return plan;
  }
  return undefined;
};

/** What is served unless more is configured. */
const USUAL_CODECS: readonly VideoCodec[] = ["h264", "vp8"];

const DESCRIBED: Record<VideoCodec, string> = {
  h264: "H.264 constrained baseline (packetization-mode 1)",
  vp8: "VP8",
  vp9: "VP9 (profile 0)",
  av1: "AV1 (profile 0)",
};

/**
 * The first audio and the first video section that we can serve, the latter in what the offer prefers among `codecs`.
 * `not-acceptable` if there is neither.
 */
export const planSubscribe = (
  session: SessionDescription,
  codecs: readonly VideoCodec[] = USUAL_CODECS,
): SubscribePlan => {
  const audio = first(session, "audio", codecs);
  const video = first(session, "video", codecs);
  if (audio === undefined && video === undefined)
    throw new MixerError(
      "not-acceptable",
      `Nothing in the offer fits: this server sends Opus, ${codecs.map((codec) => DESCRIBED[codec]).join(", ")} to recvonly sections`,
    );
  return { audio, video };
};

/** Names of codecs from a configuration. @throws TypeError for one that is not known, or for none */
export const videoCodecs = (names: readonly string[]): VideoCodec[] => {
  const known = names.filter((name): name is VideoCodec =>
    Object.hasOwn(VIDEO, name),
  );
  const wrong = names.find((name) => !Object.hasOwn(VIDEO, name));
  if (wrong !== undefined || known.length === 0)
    throw new TypeError(
      `codecs must be some of ${Object.keys(VIDEO).join(", ")}, got ${wrong ?? "none"}`,
    );
  return known;
};
