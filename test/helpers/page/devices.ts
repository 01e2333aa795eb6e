/** A microphone that is one tone and a camera that is one colour, in place of the browser's devices. */
import { audio } from "./mix.js";

/** Who the page is to be; `browser.ts` sets it before this script. */
export type Persona = {
  /** Hz. */
  tone: number;
  /** CSS colour. */
  colour: string;
  microphone: boolean;
  camera: boolean;
};

declare global {
  interface Window {
    persona: Persona;
  }
}

/** A quarter of full scale: three of them together stay below the limiter. */
const LOUDNESS = 0.25;

const toneTrack = (hz: number): MediaStreamTrack => {
  const oscillator = new OscillatorNode(audio(), { frequency: hz });
  const gain = new GainNode(audio(), { gain: LOUDNESS });
  const destination = new MediaStreamAudioDestinationNode(audio(), {
    channelCount: 1,
  });
  oscillator.connect(gain).connect(destination);
  oscillator.start();
  return destination.stream.getAudioTracks()[0]!;
};

const CAMERA = { width: 640, height: 360, rate: 30 };

/** One colour, with a small grey square that wanders, so that every picture differs from the one before. */
const colourTrack = (colour: string): MediaStreamTrack => {
  const canvas = document.createElement("canvas");
  canvas.width = CAMERA.width;
  canvas.height = CAMERA.height;
  const drawing = canvas.getContext("2d")!;
  let step = 0;
  const draw = (): void => {
    drawing.fillStyle = colour;
    drawing.fillRect(0, 0, CAMERA.width, CAMERA.height);
    drawing.fillStyle = "#808080";
    drawing.fillRect((step * 4) % CAMERA.width, 20, 24, 24);
    step += 1;
  };
  draw();
  const [track] = canvas.captureStream(CAMERA.rate).getVideoTracks();
  const timer = setInterval(draw, 1000 / CAMERA.rate);
  const stop = track!.stop.bind(track);
  track!.stop = () => {
    clearInterval(timer);
    stop();
  };
  return track!;
};

const missing = (kind: string): DOMException =>
  new DOMException(`No ${kind} here`, "NotFoundError");

export const capture = async ({
  audio: sound,
  video: picture,
}: MediaStreamConstraints = {}): Promise<MediaStream> => {
  const { persona } = window;
  if (sound && !persona.microphone) throw missing("microphone");
  if (picture && !persona.camera) throw missing("camera");
  const stream = new MediaStream();
  if (sound) stream.addTrack(toneTrack(persona.tone));
  if (picture) stream.addTrack(colourTrack(persona.colour));
  return stream;
};

const device = (kind: MediaDeviceKind): MediaDeviceInfo => {
  const is = { deviceId: kind, groupId: "test", kind, label: `Test ${kind}` };
  return { ...is, toJSON: () => is };
};

const listDevices = async (): Promise<MediaDeviceInfo[]> => [
  ...(window.persona.microphone ? [device("audioinput")] : []),
  ...(window.persona.camera ? [device("videoinput")] : []),
];

/** A page without a secure origin has no devices, as everywhere. */
export const replaceDevices = (): void => {
  const media = navigator.mediaDevices as MediaDevices | undefined;
  if (media === undefined) return;
  media.getUserMedia = capture;
  media.enumerateDevices = listDevices;
};
