/** Voices and beeps over lines that may be bad, and what this page hears: sound alone. */
import { exchange } from "./http.js";
import { audio, mixStream } from "./mix.js";
import { beepingTrack, detectBeeps } from "./pulses.js";

const fromBase64 = (text: string): ArrayBuffer =>
  Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;

const toBase64 = (samples: Int16Array): string => {
  let text = "";
  for (const byte of new Uint8Array(samples.buffer))
    text += String.fromCharCode(byte);
  return btoa(text);
};

/** A microphone that says the same again and again: a sound file, base64. */
const speakingTrack = async (file: string): Promise<MediaStreamTrack> => {
  const context = audio();
  const buffer = await context.decodeAudioData(fromBase64(file));
  const voice = new AudioBufferSourceNode(context, { buffer, loop: true });
  const out = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
  voice.connect(out);
  voice.start();
  return out.stream.getAudioTracks()[0]!;
};

const sent: number[] = [];

/** Takes part by WHIP with a voice, or with beeps over a hum: buffers shrink while something is sent. */
const send = async (room: string, file?: string): Promise<void> => {
  const track =
    file === undefined ? beepingTrack(sent, true) : await speakingTrack(file);
  const peer = new RTCPeerConnection();
  peer.addTransceiver(track, { direction: "sendonly" });
  await exchange(peer, `/whip/${room}?name=Voice`);
};

const RECORDER = `registerProcessor("recorder", class extends AudioWorkletProcessor {
  process([[samples]]) {
    if (samples !== undefined) this.port.postMessage(samples.slice());
    return true;
  }
});`;

/** What the page plays in so many seconds, as 16-bit samples at 48 kHz in base64. */
const record = async (seconds: number): Promise<string> => {
  const context = audio();
  const module = new Blob([RECORDER], { type: "text/javascript" });
  await context.audioWorklet.addModule(URL.createObjectURL(module));
  const recorder = new AudioWorkletNode(context, "recorder");
  const source = new MediaStreamAudioSourceNode(context, {
    mediaStream: new MediaStream(mixStream()!.getAudioTracks()),
  });
  const found = new Int16Array(Math.round(seconds * context.sampleRate));
  let at = 0;
  await new Promise<void>((resolve) => {
    recorder.port.onmessage = ({ data }) => {
      for (const sample of data as Float32Array)
        if (at < found.length)
          found[at++] = Math.max(-32_768, Math.min(32_767, 32_768 * sample));
      if (at === found.length) resolve();
    };
    source.connect(recorder);
  });
  source.disconnect();
  recorder.port.onmessage = null;
  return toBase64(found);
};

const delays: { at: number; ms: number }[] = [];

/** From now on the delay of each beep of this page is noted. */
const watchDelays = (): Promise<void> =>
  detectBeeps(mixStream()!.getAudioTracks()[0]!, (time) => {
    const beep = sent.findLast((at) => at <= time);
    if (beep !== undefined)
      delays.push({ at: performance.now(), ms: 1000 * (time - beep) });
  });

/** From mouth to ear, of the beeps heard in the last so many seconds, in ms. */
const delaysOf = (seconds: number): number[] =>
  delays
    .filter(({ at }) => at > performance.now() - 1000 * seconds)
    .map(({ ms }) => ms);

const stress = { send, record, watchDelays, delaysOf };

declare global {
  interface Window {
    stress: typeof stress;
  }
}

window.stress = stress;
