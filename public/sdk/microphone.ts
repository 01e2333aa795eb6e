/** How to capture a voice, and how music. */

/**
 * For `getUserMedia`: the browser's echo canceller knows what its loudspeaker plays, which no server does. Music is
 * captured as it sounds; whoever plays it wears headphones.
 */
export const microphoneConstraints = (
  music = false,
): MediaTrackConstraints => ({
  echoCancellation: !music,
  noiseSuppression: !music,
  autoGainControl: !music,
  channelCount: { ideal: music ? 2 : 1 },
});
