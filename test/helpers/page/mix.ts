/** What the page plays, and the clock of its sound. */
let context: AudioContext | undefined;
export const audio = (): AudioContext =>
  (context ??= new AudioContext({ sampleRate: 48_000, latencyHint: 0 }));

export const mixElement = (): HTMLVideoElement | null =>
  document.querySelector('video[data-testid="mix"]');

export const mixStream = (): MediaStream | undefined => {
  const stream = mixElement()?.srcObject;
  return stream instanceof MediaStream ? stream : undefined;
};
