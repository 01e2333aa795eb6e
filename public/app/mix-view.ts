/** Shows one track in a video element, or nothing. */
export const showPicture = (
  video: HTMLVideoElement,
  track: MediaStreamTrack | null,
): void => {
  const shown = video.srcObject;
  const [current] =
    shown instanceof MediaStream ? shown.getVideoTracks() : [undefined];
  if ((current ?? null) === track) return;
  video.srcObject = track === null ? null : new MediaStream([track]);
};

export type MixView = {
  setMix(mix: MediaStream): void;
  setSpeaker(deviceId: string): void;
  close(): void;
};

/**
 * The mix in its video element. Where the browser plays no sound before the page was touched, the picture plays
 * silently and `tap` is shown until it is pressed.
 */
export const createMixView = (
  video: HTMLVideoElement,
  tap: HTMLButtonElement,
  onPicture: () => void,
): MixView => {
  let speaker = "";
  const play = async (): Promise<void> => {
    try {
      await video.play();
      tap.hidden = !video.muted;
    } catch (error) {
      const blocked =
        error instanceof DOMException && error.name === "NotAllowedError";
      // Otherwise a newer stream interrupted it, and that one is played.
      if (!blocked || video.muted) return;
      video.muted = true;
      tap.hidden = false;
      await play();
    }
  };
  tap.onclick = () => {
    video.muted = false;
    void play();
  };
  video.onplaying = onPicture;
  return {
    setMix: (mix) => {
      video.srcObject = mix;
      void play();
    },
    setSpeaker: (deviceId) => {
      if (deviceId === speaker || !("setSinkId" in video)) return;
      speaker = deviceId;
      // A loudspeaker that is gone: the sound stays where it was.
      video.setSinkId(deviceId).catch(() => undefined);
    },
    close: () => {
      video.onplaying = null;
      video.srcObject = null;
    },
  };
};
