/** Short beeps at known times, and when they are heard, on one clock: that of the page's AudioContext. */
import { audio } from "./mix.js";

const LENGTH = 0.05;
/** Longer than any delay that is to be measured: a beep is taken for the last one sent. */
const PERIOD = 0.7;
const LOUDNESS = 0.5;
const HZ = 1000;

/** Quiet, but too loud for a gate: with it there is never silence, which need not be sent. */
const HUM = { gain: 0.01, hz: 200 };

const humInto = (out: AudioNode): void => {
  const hum = new OscillatorNode(audio(), { frequency: HUM.hz });
  hum.connect(new GainNode(audio(), { gain: HUM.gain })).connect(out);
  hum.start();
};

/** A microphone that beeps, over silence or a hum. The times of the beeps, in seconds, are added to `sent`. */
export const beepingTrack = (
  sent: number[],
  hums = false,
): MediaStreamTrack => {
  const context = audio();
  const oscillator = new OscillatorNode(context, { frequency: HZ });
  const gate = new GainNode(context, { gain: 0 });
  const out = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
  oscillator.connect(gate).connect(out);
  oscillator.start();
  if (hums) humInto(out);
  let next = context.currentTime + PERIOD;
  setInterval(() => {
    if (next > context.currentTime + PERIOD) return;
    gate.gain.setValueAtTime(LOUDNESS, next);
    gate.gain.setValueAtTime(0, next + LENGTH);
    sent.push(next);
    next += PERIOD;
  }, 100);
  return out.stream.getAudioTracks()[0]!;
};

/** Tells the time of the first sample that is loud after a fifth of a second of quiet. */
const DETECTOR = `registerProcessor("onset", class extends AudioWorkletProcessor {
  quiet = 0;
  process([[samples]]) {
    for (let at = 0; at < (samples?.length ?? 0); at += 1) {
      if (Math.abs(samples[at]) < 0.05) { this.quiet += 1; continue; }
      if (this.quiet > sampleRate / 5) this.port.postMessage(currentTime + at / sampleRate);
      this.quiet = 0;
    }
    return true;
  }
});`;

/** Calls back with the time, in seconds, of each beep that comes in. */
export const detectBeeps = async (
  track: MediaStreamTrack,
  heard: (time: number) => void,
): Promise<void> => {
  const context = audio();
  const module = new Blob([DETECTOR], { type: "text/javascript" });
  await context.audioWorklet.addModule(URL.createObjectURL(module));
  const detector = new AudioWorkletNode(context, "onset");
  detector.port.onmessage = ({ data }) => heard(data as number);
  new MediaStreamAudioSourceNode(context, {
    mediaStream: new MediaStream([track]),
  }).connect(detector);
};
