/** A microphone that is one tone and a camera that is one colour, in place of the browser's devices. */
import { audio } from "./mix.js";

/** Who the page is to be; `browser.ts` sets it before this script. */
export type Persona = {
  /** Hz. */
  tone: number;
  /** CSS colour. */
  colour: string;
  /** `own` is the browser's, where no AudioContext runs: Firefox has none without a sound card. */
  microphone: boolean | "own";
  camera: boolean;
  /** The camera shows noise instead of its colour: what is hard to encode. */
  busy?: boolean;
  /** Nothing goes out but through a TURN server. */
  relayed?: boolean;
  /** What a shared screen shows and plays; without one nothing can be shared. */
  screen?: { tone: number; colour: string };
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

/** Half of a real camera's rate, since all pages of a test share one machine; one that is busy has the whole. */
const CAMERA = { width: 640, height: 360, rate: 15 };
const BUSY = { ...CAMERA, rate: 30 };
const SCREEN = { width: 1280, height: 720, rate: 15 };

type Draw = (drawing: CanvasRenderingContext2D, step: number) => void;

const drawnTrack = (size: typeof CAMERA, draw: Draw): MediaStreamTrack => {
  const canvas = document.createElement("canvas");
  canvas.width = size.width;
  canvas.height = size.height;
  const drawing = canvas.getContext("2d")!;
  let step = 0;
  const next = (): void => draw(drawing, step++);
  next();
  const [track] = canvas.captureStream(size.rate).getVideoTracks();
  const timer = setInterval(next, 1000 / size.rate);
  const stop = track!.stop.bind(track);
  track!.stop = () => {
    clearInterval(timer);
    stop();
  };
  return track!;
};

/** One colour, with a small grey square that wanders, so that every picture differs from the one before. */
const plain =
  (colour: string): Draw =>
  (drawing, step) => {
    const { width, height } = drawing.canvas;
    drawing.fillStyle = colour;
    drawing.fillRect(0, 0, width, height);
    drawing.fillStyle = "#808080";
    drawing.fillRect((step * 4) % width, 20, 24, 24);
  };

/** Pixels of a block: what is as fine as single pixels does not survive the first encoder. */
const BLOCK = 10;
/** Sides of what is drawn once, of which each picture shows another part. */
const GROUND = 2;

/** Blocks of all colours, elsewhere in each picture: no picture tells anything about the next. */
const noise = (): Draw => {
  const ground = document.createElement("canvas");
  ground.width = GROUND * CAMERA.width;
  ground.height = GROUND * CAMERA.height;
  const painting = ground.getContext("2d")!;
  for (let y = 0; y < ground.height; y += BLOCK)
    for (let x = 0; x < ground.width; x += BLOCK) {
      const [hue, light] = [360 * Math.random(), 20 + 60 * Math.random()];
      painting.fillStyle = `hsl(${hue} 50% ${light}%)`;
      painting.fillRect(x, y, BLOCK, BLOCK);
    }
  return (drawing) => {
    const x = -Math.random() * CAMERA.width * (GROUND - 1);
    const y = -Math.random() * CAMERA.height * (GROUND - 1);
    drawing.drawImage(ground, Math.round(x), Math.round(y));
  };
};

const missing = (kind: string): DOMException =>
  new DOMException(`No ${kind} here`, "NotFoundError");

const native = navigator.mediaDevices?.getUserMedia.bind(
  navigator.mediaDevices,
);

const ownTrack = async (): Promise<MediaStreamTrack> =>
  (await native({ audio: true })).getAudioTracks()[0]!;

export const capture = async ({
  audio: sound,
  video: picture,
}: MediaStreamConstraints = {}): Promise<MediaStream> => {
  const { persona } = window;
  if (sound && !persona.microphone) throw missing("microphone");
  if (picture && !persona.camera) throw missing("camera");
  const stream = new MediaStream();
  if (sound)
    stream.addTrack(
      persona.microphone === "own" ? await ownTrack() : toneTrack(persona.tone),
    );
  if (picture)
    stream.addTrack(
      persona.busy
        ? drawnTrack(BUSY, noise())
        : drawnTrack(CAMERA, plain(persona.colour)),
    );
  return stream;
};

let screenTrack: MediaStreamTrack | undefined;

const captureScreen = async (): Promise<MediaStream> => {
  const { screen } = window.persona;
  if (screen === undefined) throw missing("screen");
  const { tone, colour } = screen;
  screenTrack = drawnTrack(SCREEN, plain(colour));
  return new MediaStream([toneTrack(tone), screenTrack]);
};

/** Ends what is shared as the browser's own button does. */
export const endScreen = (): void => {
  screenTrack?.stop();
  screenTrack?.dispatchEvent(new Event("ended"));
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
  media.getDisplayMedia = captureScreen;
  media.enumerateDevices = listDevices;
};
