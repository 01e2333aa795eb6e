/** Sending by WHIP and watching by WHEP, with nothing but what browsers have. */
import { capture } from "./devices.js";
import { showMix } from "./mix.js";

export type WhepOptions = {
  room: string;
  /** The only video codec offered, as in `video/VP8`; none = sound alone. */
  codec?: string;
  /** Default: true. */
  sound?: boolean;
  query?: string;
  /** Asks for no delay in the browser's buffers, as the page does. Default: false. */
  atOnce?: boolean;
};

const gathered = (peer: RTCPeerConnection): Promise<void> =>
  new Promise((resolve) => {
    const check = (): void => {
      if (peer.iceGatheringState === "complete") resolve();
    };
    peer.addEventListener("icegatheringstatechange", check);
    check();
  });

/** Offers by HTTP as WHIP and WHEP do. Resolves with the answer's status and Location; `edit` changes what is heeded of it. */
export const exchange = async (
  peer: RTCPeerConnection,
  path: string,
  edit: (sdp: string) => string = (sdp) => sdp,
): Promise<{ status: number; location: string; body: string }> => {
  await peer.setLocalDescription();
  await gathered(peer);
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/sdp" },
    body: peer.localDescription!.sdp,
  });
  const body = await response.text();
  if (response.ok)
    await peer.setRemoteDescription({ type: "answer", sdp: edit(body) });
  const location = response.headers.get("Location") ?? "";
  return { status: response.status, location, body };
};

const onlyCodec = (transceiver: RTCRtpTransceiver, mimeType: string): void => {
  const { codecs = [] } = RTCRtpReceiver.getCapabilities("video") ?? {};
  transceiver.setCodecPreferences(
    codecs.filter((codec) => codec.mimeType === mimeType),
  );
};

/** A connection that is to receive what the options say. */
const receiver = ({ codec, sound = true }: WhepOptions): RTCPeerConnection => {
  const peer = new RTCPeerConnection();
  const direction = "recvonly";
  if (sound) peer.addTransceiver("audio", { direction });
  if (codec !== undefined)
    onlyCodec(peer.addTransceiver("video", { direction }), codec);
  return peer;
};

/** Watches a room as any player would: one connection, an offer by HTTP, and a video element. */
export const whep = async (options: WhepOptions) => {
  const { room, query = "", atOnce = false } = options;
  const peer = receiver(options);
  if (atOnce) for (const one of peer.getReceivers()) one.jitterBufferTarget = 0;
  showMix(peer.getReceivers().map(({ track }) => track));
  const answer = await exchange(peer, `/whep/${room}${query}`);
  return answer;
};

/** Sends this page's tone and colour as any encoder would; with `codec` the picture in that one alone. */
export const whip = async (room: string, name: string, codec?: string) => {
  const peer = new RTCPeerConnection();
  const { microphone, camera } = window.persona;
  const stream = await capture({
    audio: microphone !== false,
    video: camera,
  });
  for (const track of stream.getTracks()) {
    const transceiver = peer.addTransceiver(track, {
      direction: "sendonly",
      streams: [stream],
    });
    if (track.kind === "video" && codec !== undefined)
      onlyCodec(transceiver, codec);
  }
  return exchange(peer, `/whip/${room}?name=${encodeURIComponent(name)}`);
};
