/** How loud a tone is in what the page plays. */
import { audio, mixStream } from "./mix.js";

/** A third of a second: tones 20 Hz apart are told from each other, and a change is seen soon enough. */
const WINDOW = 16_384;
const samples = new Float32Array(WINDOW);
/** Blackman-Harris: what leaks from a loud tone into others is below -90 dB. */
const weights = samples.map((_, index) => {
  const phase = (2 * Math.PI * index) / (WINDOW - 1);
  return (
    0.35875 -
    0.48829 * Math.cos(phase) +
    0.14128 * Math.cos(2 * phase) -
    0.01168 * Math.cos(3 * phase)
  );
});
const weight = weights.reduce((sum, one) => sum + one, 0);

let ear:
  | {
      track: MediaStreamTrack;
      source: MediaStreamAudioSourceNode;
      analysers: AnalyserNode[];
    }
  | undefined;

/** Of both channels together, the left and the right one of what the page plays now; others when it has got another stream. */
const listen = (): AnalyserNode[] | undefined => {
  const [track] = mixStream()?.getAudioTracks() ?? [];
  if (track === undefined) return undefined;
  if (ear?.track === track) return ear.analysers;
  ear?.source.disconnect();
  const source = new MediaStreamAudioSourceNode(audio(), {
    mediaStream: new MediaStream([track]),
  });
  const splitter = new ChannelSplitterNode(audio(), { numberOfOutputs: 2 });
  const analysers = Array.from(
    { length: 3 },
    () => new AnalyserNode(audio(), { fftSize: WINDOW }),
  );
  const [both, left, right] = analysers;
  source.connect(both!);
  source.connect(splitter).connect(left!, 0);
  splitter.connect(right!, 1);
  ear = { track, source, analysers };
  return analysers;
};

const SILENCE = -120;

/** The power of one frequency in `samples`: Goertzel's recurrence. */
const amplitude = (hz: number): number => {
  const step = (2 * Math.PI * hz) / audio().sampleRate;
  const factor = 2 * Math.cos(step);
  let [last, before] = [0, 0];
  for (let index = 0; index < WINDOW; index += 1) {
    const now = samples[index]! * weights[index]! + factor * last - before;
    before = last;
    last = now;
  }
  const power = last * last + before * before - factor * last * before;
  return (2 * Math.sqrt(Math.max(power, 0))) / weight;
};

const measure = (
  analyser: AnalyserNode | undefined,
  tones: number[],
): number[] => {
  if (analyser === undefined) return tones.map(() => SILENCE);
  analyser.getFloatTimeDomainData(samples);
  return tones.map((hz) => Math.max(SILENCE, 20 * Math.log10(amplitude(hz))));
};

/** How loud these tones are in what the page plays, in dB below full scale. */
export const levels = (tones: number[]): number[] =>
  measure(listen()?.[0], tones);

/** The same of its left channel and of its right; of mono sound the right one is silent. */
export const sides = (tones: number[]): [left: number[], right: number[]] => {
  const [, left, right] = listen() ?? [];
  return [measure(left, tones), measure(right, tones)];
};
