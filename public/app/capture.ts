import { microphoneConstraints } from "../sdk/index.js";
import type { DeviceKind } from "./device-problems.js";

/** As large as somebody is ever shown on a canvas of 720p; sent is only what the mix shows (the SDK sees to it). */
const PICTURE = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30, max: 30 },
} as const satisfies MediaTrackConstraints;

const constraintsOf = (
  kind: DeviceKind,
  deviceId: string,
  music = false,
): MediaTrackConstraints => ({
  ...(kind === "camera" ? PICTURE : microphoneConstraints(music)),
  ...(deviceId === "" ? {} : { deviceId: { exact: deviceId } }),
});

const firstTrack = (
  stream: MediaStream,
  kind: DeviceKind,
): MediaStreamTrack => {
  const [track] =
    kind === "camera" ? stream.getVideoTracks() : stream.getAudioTracks();
  if (track !== undefined) return track;
  throw new DOMException(`No ${kind}`, "NotFoundError");
};

const request = async (
  kind: DeviceKind,
  deviceId: string,
  music: boolean,
): Promise<MediaStreamTrack> => {
  const constraints = constraintsOf(kind, deviceId, music);
  // Without a secure context there is no `mediaDevices`: the TypeError then says so.
  const stream = await navigator.mediaDevices.getUserMedia(
    kind === "camera" ? { video: constraints } : { audio: constraints },
  );
  return firstTrack(stream, kind);
};

/**
 * The microphone or camera of this id ("" = the browser's choice), or if it is gone, the browser's choice. The caller stops it.
 * Of a microphone `music` says that it hears music, not a voice.
 * @throws DOMException of getUserMedia, TypeError where the browser has none
 */
export const capture = async (
  kind: DeviceKind,
  deviceId: string,
  music = false,
): Promise<MediaStreamTrack> => {
  try {
    return await request(kind, deviceId, music);
  } catch (error) {
    const gone =
      error instanceof DOMException && error.name === "OverconstrainedError";
    if (!gone || deviceId === "") throw error;
    return request(kind, "", music);
  }
};

/**
 * Both, with one question to the user; undefined when that did not work, and each has to be asked for alone.
 */
export const captureBoth = async (
  ids: Readonly<Record<DeviceKind, string>>,
): Promise<Record<DeviceKind, MediaStreamTrack> | undefined> => {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: constraintsOf("microphone", ids.microphone),
      video: constraintsOf("camera", ids.camera),
    });
    return {
      microphone: firstTrack(stream, "microphone"),
      camera: firstTrack(stream, "camera"),
    };
  } catch {
    return undefined;
  }
};
