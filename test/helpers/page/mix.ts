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

/** Plays these tracks as the mix, in a page that has no element for it. */
export const showMix = (tracks: MediaStreamTrack[]): void => {
  const video = mixElement() ?? document.createElement("video");
  video.dataset.testid = "mix";
  video.autoplay = true;
  video.srcObject = new MediaStream(tracks);
  document.body.append(video);
  void video.play().catch(() => undefined);
};
