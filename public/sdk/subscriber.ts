import { SUBSCRIBE_ORDER, setCodecs } from "./codecs.js";
import { createPeer, type Peer, type PeerOptions } from "./peer.js";
import { offerStereo } from "./stereo.js";

export type SubscriberOptions = Omit<PeerOptions, "prepare"> & {
  /** The mix: one stream with one sound and one picture, a new one for each connection. */
  onMix: (mix: MediaStream) => void;
};

/** The server paces what it sends and repairs loss quickly; every millisecond in the browser's buffer is heard as delay. */
const playAtOnce = (receiver: RTCRtpReceiver): void => {
  if ("jitterBufferTarget" in receiver) receiver.jitterBufferTarget = 0;
  // Chromium's earlier name of the same.
  if ("playoutDelayHint" in receiver)
    (receiver as { playoutDelayHint: number }).playoutDelayHint = 0;
};

/** The mix from the server. The stream is handed out as soon as its connection is up. */
export const createSubscriber = (options: SubscriberOptions): Peer => {
  let mix: MediaStream | undefined;
  return createPeer({
    ...options,
    edit: offerStereo,
    keepsPunctual: true,
    prepare: (connection) => {
      const direction = "recvonly";
      const audio = connection.addTransceiver("audio", { direction });
      // Also for sound alone: a picture may be wanted later, and nothing is renegotiated for it.
      const video = connection.addTransceiver("video", { direction });
      setCodecs(video, SUBSCRIBE_ORDER);
      const receivers = [audio.receiver, video.receiver];
      for (const receiver of receivers) playAtOnce(receiver);
      mix = new MediaStream(receivers.map(({ track }) => track));
    },
    onState: (state) => {
      if (state === "connected" && mix !== undefined) {
        options.onMix(mix);
        mix = undefined;
      }
      options.onState(state);
    },
  });
};
