import { createTimer } from "./backoff.js";
import {
  encodingFor,
  follow,
  type Following,
  type Need,
  type Size,
  type VideoEncoding,
  type VideoProfile,
} from "./encoding.js";

export type VideoSenderOptions = {
  profile: VideoProfile;
  /** What is given up first on a thin line; the browser's choice if undefined. */
  degradation?: RTCDegradationPreference;
};

export type VideoSender = {
  /** For the transceiver of a fresh connection: what is wanted now. */
  start(): RTCRtpEncodingParameters;
  /** The sender of the connection that is there; undefined while there is none. */
  attach(sender: RTCRtpSender | undefined): void;
  setTrack(track: MediaStreamTrack | null): void;
  /** What the server shows of it. */
  setNeed(need: Need): void;
  /** The track's size may have changed: browsers do not tell. */
  refresh(): void;
  close(): void;
};

const sizeOf = (track: MediaStreamTrack | null): Size => {
  const { width = 0, height = 0 } = track?.getSettings() ?? {};
  return { width, height };
};

const setEncoding = async (
  sender: RTCRtpSender,
  encoding: VideoEncoding,
  degradation?: RTCDegradationPreference,
): Promise<void> => {
  const parameters = sender.getParameters();
  const [first] = parameters.encodings;
  if (first === undefined) return;
  Object.assign(first, encoding);
  if (degradation !== undefined) parameters.degradationPreference = degradation;
  await sender.setParameters(parameters);
};

/** Hands a sender its encodings one after the other: a browser refuses parameters that were read before the last change. */
const createWriter = (
  degradation: RTCDegradationPreference | undefined,
): ((sender: RTCRtpSender, encoding: VideoEncoding) => void) => {
  let writing = Promise.resolve();
  return (sender, encoding) => {
    writing = writing
      .then(() => setEncoding(sender, encoding, degradation))
      // Its connection is gone; the next one starts with what is wanted then.
      .catch(() => undefined);
  };
};

/** Keeps what one sender sends at what is shown of it. It never touches sound, and never renegotiates. */
export const createVideoSender = ({
  profile,
  degradation,
}: VideoSenderOptions): VideoSender => {
  let track: MediaStreamTrack | null = null;
  let need: Need | undefined;
  let sender: RTCRtpSender | undefined;
  let following: Following = { applied: encodingFor(sizeOf(null), profile) };
  const timer = createTimer();
  const writeTo = createWriter(degradation);

  const write = (): void => {
    if (sender !== undefined) writeTo(sender, following.applied);
  };
  const wanted = (): VideoEncoding => encodingFor(sizeOf(track), profile, need);
  const update = (): void => {
    const before = following.applied;
    following = follow(following, wanted(), performance.now());
    const { applied, later } = following;
    if (later === undefined) timer.cancel();
    else timer.after(later.at - performance.now(), update);
    if (applied !== before) write();
  };

  return {
    start: () => {
      timer.cancel();
      following = { applied: wanted() };
      return { ...following.applied };
    },
    attach: (next) => {
      sender = next;
      // A preference cannot be given with the transceiver.
      if (degradation !== undefined) write();
    },
    setTrack: (next) => {
      track = next;
      if (track !== null) update();
    },
    setNeed: (next) => {
      need = next;
      update();
    },
    refresh: update,
    close: () => {
      timer.cancel();
      sender = undefined;
      track = null;
    },
  };
};
