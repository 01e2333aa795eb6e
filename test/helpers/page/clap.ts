/** Somebody whose claps are seen and heard at one moment: each second a flash of the camera and a beep of the microphone. */
import { exchange } from "./http.js";
import { audio } from "./mix.js";

/** When a clap left the microphone and the camera, in ms since 1970. */
export type Clap = { heard: number; seen: number };

const SIZE = { width: 640, height: 360 };
const FRAME = 1000 / 30;
/** In frames: from one clap to the next, and how long it lasts. */
const PERIOD = 30;
const LENGTH = 3;
/** So long before it is due a beep is handed to the audio clock. */
const AHEAD = 10;
const LOUDNESS = 0.4;

const claps: Clap[] = [];

/** What `performance.now()` is ahead of the audio clock: the least of the last second, since that clock goes in steps. */
const createAudioZero = () => {
  const seen: number[] = [];
  return {
    look: (): void => {
      seen.push(performance.now() - 1000 * audio().currentTime);
      if (seen.length > PERIOD) seen.shift();
    },
    at: (): number => Math.min(...seen),
  };
};

/** Of Chromium; TypeScript does not know it yet. */
declare const MediaStreamTrackProcessor: new (of: {
  track: MediaStreamTrack;
}) => { readable: ReadableStream<AudioData> };

/** Tells when a beep leaves the microphone: some 15 ms after the audio clock has it. `performance.now()` */
const listen = async (
  track: MediaStreamTrack,
  onBeep: (at: number) => void,
): Promise<void> => {
  const { readable } = new MediaStreamTrackProcessor({ track });
  const reader = readable.getReader();
  let quiet = true;
  for (;;) {
    const { value } = await reader.read();
    if (value === undefined) return;
    const at = performance.now();
    const samples = new Float32Array(value.numberOfFrames);
    value.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
    const first = samples.findIndex((it) => Math.abs(it) > LOUDNESS / 8);
    if (first >= 0 && quiet) onBeep(at + (1000 * first) / value.sampleRate);
    quiet = first < 0;
    value.close();
  }
};

const openMicrophone = (frequency: number) => {
  const oscillator = new OscillatorNode(audio(), { frequency });
  const gate = new GainNode(audio(), { gain: 0 });
  const out = new MediaStreamAudioDestinationNode(audio(), { channelCount: 1 });
  oscillator.connect(gate).connect(out);
  oscillator.start();
  const [track] = out.stream.getAudioTracks();
  return {
    track: track!,
    beep: (seconds: number): void => {
      gate.gain.setValueAtTime(LOUDNESS, seconds);
      gate.gain.setValueAtTime(0, seconds + (LENGTH * FRAME) / 1000);
    },
  };
};

const openCamera = () => {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, SIZE);
  const drawing = canvas.getContext("2d")!;
  const [track] = canvas.captureStream(0).getVideoTracks();
  return {
    track: track!,
    show: (colour: string, step: number): void => {
      drawing.fillStyle = colour;
      drawing.fillRect(0, 0, SIZE.width, SIZE.height);
      drawing.fillStyle = "#808080";
      drawing.fillRect((step * 4) % SIZE.width, 20, 24, 24);
      (track as CanvasCaptureMediaStreamTrack).requestFrame();
    },
  };
};

/** Claps from now on, by a tone of so many Hz. */
const open = (hz: number) => {
  const microphone = openMicrophone(hz);
  const camera = openCamera();
  const audioZero = createAudioZero();
  const start = performance.now();
  // A clone: what is muted is still made.
  void listen(microphone.track.clone(), (at) => {
    const last = claps.at(-1);
    if (last !== undefined) last.heard = performance.timeOrigin + at;
  });
  let heard = 0;
  const tick = (frame: number): void => {
    audioZero.look();
    const phase = frame % PERIOD;
    if (phase === PERIOD - AHEAD) {
      const due = start + (frame + AHEAD) * FRAME;
      heard = performance.timeOrigin + due;
      microphone.beep((due - audioZero.at()) / 1000);
    }
    if (phase === 0 && heard > 0)
      claps.push({ heard, seen: performance.timeOrigin + performance.now() });
    camera.show(phase < LENGTH && heard > 0 ? "#fff" : "#000", frame);
    if (phase === LENGTH) heard = 0;
    const passed = (performance.now() - start) / FRAME;
    const next = Math.max(frame + 1, Math.floor(passed));
    const wait = start + next * FRAME - performance.now();
    setTimeout(() => tick(next), Math.max(0, wait));
  };
  tick(0);
  return { microphone: microphone.track, camera: camera.track };
};

let devices: ReturnType<typeof open> | undefined;
let peer: RTCPeerConnection | undefined;
let session = "";

/** The encoder does as the answer says: a silent microphone sends nothing but a sign of life. */
const withSilence = (sdp: string): string =>
  sdp.replace(/^(a=fmtp:\d+ .*useinbandfec=1.*?)\r?$/m, "$1;usedtx=1\r");

export type Clapping = {
  /** Of the beeps. */
  hz: number;
  /** Silence between the beeps is not sent. */
  dtx?: boolean;
  /** Default: true. */
  camera?: boolean;
};

/** Joins as a participant. */
const join = async (
  room: string,
  { hz, dtx = false, camera = true }: Clapping,
): Promise<void> => {
  devices ??= open(hz);
  peer = new RTCPeerConnection();
  const { microphone } = devices;
  const tracks = camera ? [microphone, devices.camera] : [microphone];
  const stream = new MediaStream(tracks);
  for (const track of tracks)
    peer.addTransceiver(track, { direction: "sendonly", streams: [stream] });
  const path = `/whip/${room}?name=Clapper`;
  const edit = dtx ? withSilence : undefined;
  session = (await exchange(peer, path, edit)).location;
};

const leave = async (): Promise<void> => {
  peer?.close();
  await fetch(session, { method: "DELETE" });
};

const mute = (muted: boolean): void => {
  if (devices !== undefined) devices.microphone.enabled = !muted;
};

/** Packets of sound that were sent so far. */
const packets = async (): Promise<number> => {
  const reports = [...((await peer?.getStats())?.values() ?? [])];
  const sound = reports.find(
    ({ type, kind }) => type === "outbound-rtp" && kind === "audio",
  ) as { packetsSent?: number } | undefined;
  return sound?.packetsSent ?? 0;
};

const clapper = { join, leave, mute, packets, claps: (): Clap[] => claps };

declare global {
  interface Window {
    clapper: typeof clapper;
  }
}

window.clapper = clapper;
