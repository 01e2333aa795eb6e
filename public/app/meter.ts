/** Bars of the meter. */
export const BARS = 12;

/** dB below full scale that the first bar stands for; a quiet room is below it. */
const FLOOR = -54;

/** How many bars a sound of this root mean square (0 to 1) lights. Pure. */
export const barsOf = (rms: number): number => {
  const decibels = 20 * Math.log10(Math.max(rms, 1e-6));
  const share = (decibels - FLOOR) / -FLOOR;
  return Math.round(Math.min(Math.max(share, 0), 1) * BARS);
};

/** dBFS that fill the small meters beside names: a voice close to the microphone. */
const FULL = -14;

/** How much of a small meter a talker's level fills, 0 to 1; nothing for silence. Pure. */
export const levelShare = (dbfs: number = -127): number => {
  const share = (dbfs - FLOOR) / (FULL - FLOOR);
  return Math.round(100 * Math.min(Math.max(share, 0), 1)) / 100;
};

const rmsOf = (samples: Float32Array): number => {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.sqrt(sum / samples.length);
};

export type Meter = {
  /** Shows this microphone; null shows silence. */
  setTrack(track: MediaStreamTrack | null): void;
  close(): void;
};

/** Samples looked at: 43 ms at 48 kHz, a little more than two pictures of the screen. */
const WINDOW = 2048;

/** A microphone's level in an element, as bars and for screen readers. */
export const createMeter = (element: HTMLElement): Meter => {
  element.replaceChildren(
    ...Array.from({ length: BARS }, () => document.createElement("i")),
  );
  const samples = new Float32Array(WINDOW);
  let context: AudioContext | undefined;
  let source: MediaStreamAudioSourceNode | undefined;
  let shown: MediaStreamTrack | null = null;
  let frame = 0;

  const show = (bars: number): void => {
    element.setAttribute("aria-valuenow", String(bars));
    [...element.children].forEach((bar, index) =>
      bar.classList.toggle("on", index < bars),
    );
  };
  const stop = (): void => {
    cancelAnimationFrame(frame);
    source?.disconnect();
    source = undefined;
    show(0);
  };
  const setTrack = (track: MediaStreamTrack | null): void => {
    if (track === shown) return;
    shown = track;
    stop();
    if (track === null) return;
    context ??= new AudioContext();
    // Browsers start it only once the page was touched or may listen.
    void context.resume();
    const analyser = new AnalyserNode(context, { fftSize: WINDOW });
    source = context.createMediaStreamSource(new MediaStream([track]));
    source.connect(analyser);
    const look = (): void => {
      analyser.getFloatTimeDomainData(samples);
      show(barsOf(rmsOf(samples)));
      frame = requestAnimationFrame(look);
    };
    look();
  };
  return {
    setTrack,
    close: () => {
      stop();
      shown = null;
      void context?.close();
      context = undefined;
    },
  };
};
