/** What is asked of the browser for a screen, and what it gives. */

/** Letters as they are on the screen, up to the largest canvas; more pictures than this only take bits from them. */
const PICTURE = {
  width: { max: 1920 },
  height: { max: 1080 },
  frameRate: { ideal: 15, max: 15 },
} as const satisfies MediaTrackConstraints;

/** Music and films are sent as they sound: nothing in them is an echo or a noise. */
const SOUND = {
  echoCancellation: false,
  noiseSuppression: false,
  autoGainControl: false,
} as const satisfies MediaTrackConstraints;

export type Screen = {
  picture: MediaStreamTrack;
  sound: MediaStreamTrack | null;
};

export const canShareScreens = (): boolean =>
  "getDisplayMedia" in ((navigator.mediaDevices as object | undefined) ?? {});

/**
 * All that the system plays includes this call: the others would hear themselves. It is offered only where the browser
 * can leave our own sound out; a tab's sound always is.
 */
const optionsFor = (leavesOwnSoundOut: boolean): DisplayMediaStreamOptions => ({
  video: PICTURE,
  audio: { ...SOUND, ...(leavesOwnSoundOut && { restrictOwnAudio: true }) },
  // Words of newer browsers, which others pass over: this tab would show itself in itself for ever.
  ...{
    selfBrowserSurface: "exclude",
    surfaceSwitching: "include",
    systemAudio: leavesOwnSoundOut ? "include" : "exclude",
  },
});

/**
 * Asks the user for a screen, a window or a tab. The caller stops the tracks.
 * @throws DOMException of getDisplayMedia, TypeError where the browser has none
 */
export const captureScreen = async (): Promise<Screen> => {
  const media = navigator.mediaDevices;
  const known = media.getSupportedConstraints();
  const stream = await media.getDisplayMedia(
    optionsFor("restrictOwnAudio" in known),
  );
  const [picture] = stream.getVideoTracks();
  const [sound = null] = stream.getAudioTracks();
  if (picture === undefined)
    throw new DOMException("No picture", "NotFoundError");
  return { picture, sound };
};
