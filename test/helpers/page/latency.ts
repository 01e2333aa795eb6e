/**
 * Latency from one participant's microphone and camera to what somebody else hears and sees, both in this page, so that
 * there is one clock. It has every buffer of the browser in it, but no sound card, camera or display.
 */
import { exchange } from "./http.js";
import { mixElement, showMix } from "./mix.js";
import { beepingTrack, detectBeeps } from "./pulses.js";
import type { Area } from "./see.js";
import { drawStamp, stampAge } from "./stamp.js";

export type Latencies = {
  /** Milliseconds, one for each beep and each picture that was received. */
  audio: number[];
  video: number[];
  /** Pictures whose stamp could not be read. */
  unread: number;
};

const CAMERA = { width: 640, height: 360, rate: 30 };

const sent: number[] = [];

const stampingTrack = (): MediaStreamTrack => {
  const canvas = document.createElement("canvas");
  canvas.width = CAMERA.width;
  canvas.height = CAMERA.height;
  const drawing = canvas.getContext("2d")!;
  const [track] = canvas.captureStream(0).getVideoTracks();
  setInterval(() => {
    drawStamp(drawing, performance.now());
    (track as CanvasCaptureMediaStreamTrack).requestFrame();
  }, 1000 / CAMERA.rate);
  return track!;
};

/** A connection that sends beeps and the time. */
const sender = (): RTCPeerConnection => {
  const peer = new RTCPeerConnection();
  const tracks = [beepingTrack(sent), stampingTrack()];
  const stream = new MediaStream(tracks);
  for (const track of tracks)
    peer.addTransceiver(track, { direction: "sendonly", streams: [stream] });
  return peer;
};

/** Joins as somebody who beeps and shows the time. Resolves with the participant's id. */
const send = async (room: string): Promise<string> => {
  const { location } = await exchange(sender(), `/whip/${room}?name=Clock`);
  return location.split("/").at(-1)!;
};

/** The same without a server: what the browser alone needs. */
const direct = async (): Promise<void> => {
  const [from, to] = [sender(), new RTCPeerConnection()];
  from.onicecandidate = ({ candidate }) => void to.addIceCandidate(candidate!);
  to.onicecandidate = ({ candidate }) => void from.addIceCandidate(candidate!);
  await from.setLocalDescription();
  await to.setRemoteDescription(from.localDescription!);
  await to.setLocalDescription();
  await from.setRemoteDescription(to.localDescription!);
  const receivers = to.getReceivers();
  for (const receiver of receivers) receiver.jitterBufferTarget = 0;
  showMix(receivers.map(({ track }) => track));
};

const wait = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

/** Watches and listens for so many seconds; `tile` is where the stamps are, in shares of the picture. */
const measure = async (tile: Area, seconds: number): Promise<Latencies> => {
  const found: Latencies = { audio: [], video: [], unread: 0 };
  const video = mixElement()!;
  const stream = video.srcObject as MediaStream;
  let over = false;
  const look = (): void => {
    if (over) return;
    const age = stampAge(video, tile, performance.now());
    if (age === undefined) found.unread += 1;
    else found.video.push(age);
    video.requestVideoFrameCallback(look);
  };
  video.requestVideoFrameCallback(look);
  await detectBeeps(stream.getAudioTracks()[0]!, (time) => {
    const beep = sent.findLast((at) => at <= time);
    if (!over && beep !== undefined) found.audio.push(1000 * (time - beep));
  });
  await wait(1000 * seconds);
  over = true;
  return found;
};

const latency = { send, direct, measure };

declare global {
  interface Window {
    latency: typeof latency;
  }
}

window.latency = latency;
