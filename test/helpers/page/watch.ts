/** Instruments for the viewers' page: what its player shows and plays. */
import { audio } from "./mix.js";
import type { Area } from "./see.js";
import { stampAge } from "./stamp.js";

const player = (): HTMLVideoElement =>
  document.querySelector('video[data-testid="live-video"]')!;

const sketch = document.createElement("canvas");

/** Average red, green and blue of an area of the picture, in shares of it. */
const colour = ({ x, y, width, height }: Area): number[] => {
  const video = player();
  const { videoWidth: w, videoHeight: h } = video;
  const drawing = sketch.getContext("2d", { willReadFrequently: true })!;
  sketch.width = sketch.height = 8;
  drawing.drawImage(video, x * w, y * h, width * w, height * h, 0, 0, 8, 8);
  const { data } = drawing.getImageData(0, 0, 8, 8);
  return [0, 1, 2].map((part) => {
    let sum = 0;
    for (let at = part; at < data.length; at += 4) sum += data[at]!;
    return sum / 64;
  });
};

const FFT = 16_384;
let analyser: AnalyserNode | undefined;

/** The frequency that is loudest in what is played, in Hz; undefined when nothing is. */
const loudest = async (): Promise<number | undefined> => {
  if (analyser === undefined) {
    analyser = new AnalyserNode(audio(), { fftSize: FFT });
    // Its sound comes out of here from now on.
    new MediaElementAudioSourceNode(audio(), {
      mediaElement: player(),
    }).connect(analyser);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  const levels = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(levels);
  const best = levels.reduce(
    (top, level, bin) => (level > levels[top]! ? bin : top),
    0,
  );
  if (levels[best]! < -60) return undefined;
  return (best * audio().sampleRate) / FFT;
};

/** How old the stamps in a tile are, in ms, for so many seconds. */
const ages = async (tile: Area, seconds: number): Promise<number[]> => {
  const found: number[] = [];
  const until = performance.now() + 1000 * seconds;
  while (performance.now() < until) {
    const video = player();
    const age =
      video.videoWidth === 0
        ? undefined
        : stampAge(video, tile, performance.now());
    if (age !== undefined) found.push(age);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return found;
};

/** When it is at, and how often it stood still since. */
const position = (): { at: number; paused: boolean; height: number } => {
  const { currentTime, paused, videoHeight } = player();
  return { at: currentTime, paused, height: videoHeight };
};

const watching = { colour, loudest, ages, position };

declare global {
  interface Window {
    watching: typeof watching;
  }
}

window.watching = watching;
