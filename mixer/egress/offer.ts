/** What a receiving offer asks for, and which of it we give. Pure. */
import type { MediaDescription, SessionDescription } from "sdp-transform";
import { MixerError } from "../contract.js";
import type { VideoCodec } from "../media.js";
import { EXTENSION_URI } from "./rtp.js";

export type MediaPlan = {
  kind: "audio" | "video";
  mid: string;
  codec: VideoCodec | "opus";
  payloadType: number;
  /** Format parameters for the answer. */
  parameters: string;
  /** Header extension ids as the offer numbers them, 0 = not offered. */
  sendTimeId: number;
  playoutDelayId: number;
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
const H264_PARAMETERS =
  "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f";

/** Single NAL units and fragments, and a baseline profile (42), which every receiver of 42xxxx can decode when constrained. */
const isConstrainedBaseline = ({ name, parameters }: Format): boolean =>
  name === "H264" &&
  /packetization-mode=1\b/.test(parameters) &&
  /profile-level-id=42/i.test(parameters);

type Fit = { format: Format; codec: MediaPlan["codec"]; parameters: string };

const fitAudio = (media: MediaDescription): Fit | undefined => {
  const format = formats(media).find(({ name }) => name === "OPUS");
  return format && { format, codec: "opus", parameters: OPUS_PARAMETERS };
};

const fitVideo = (media: MediaDescription): Fit | undefined => {
  for (const format of formats(media)) {
    if (format.name === "VP8") return { format, codec: "vp8", parameters: "" };
    if (isConstrainedBaseline(format))
      return { format, codec: "h264", parameters: H264_PARAMETERS };
  }
  return undefined;
};

const planMedia = (
  media: MediaDescription,
  kind: "audio" | "video",
): MediaPlan | undefined => {
  const fit = kind === "audio" ? fitAudio(media) : fitVideo(media);
  if (fit === undefined) return undefined;
  const extension = (uri: string): number =>
    media.ext?.find((ext) => ext.uri === uri)?.value ?? 0;
  return {
    kind,
    mid: `${media.mid ?? ""}`,
    codec: fit.codec,
    payloadType: fit.format.payload,
    parameters: fit.parameters,
    sendTimeId: extension(EXTENSION_URI.sendTime),
    playoutDelayId:
      kind === "video" ? extension(EXTENSION_URI.playoutDelay) : 0,
  };
};

const receives = ({ direction, port }: MediaDescription): boolean =>
  port !== 0 && direction !== "sendonly" && direction !== "inactive";

const first = (
  session: SessionDescription,
  kind: "audio" | "video",
): MediaPlan | undefined => {
  for (const media of session.media) {
    if (media.type !== kind || !receives(media)) continue;
    const plan = planMedia(media, kind);
    if (plan !== undefined) return plan;
  }
  return undefined;
};

/** The first audio and the first video section that we can serve; `not-acceptable` if there is neither. */
export const planSubscribe = (session: SessionDescription): SubscribePlan => {
  const audio = first(session, "audio");
  const video = first(session, "video");
  if (audio === undefined && video === undefined)
    throw new MixerError(
      "not-acceptable",
      "Nothing in the offer fits: this server sends Opus, H.264 constrained baseline (packetization-mode 1) and VP8 to recvonly sections",
    );
  return { audio, video };
};
