/**
 * The offer with the wish for both channels of the sound: browsers play the first alone unless they have said so themselves
 * (RFC 7587 §6.1), and have no other way to be told. Pure.
 */
export const offerStereo = (sdp: string): string => {
  const payload = /^a=rtpmap:(\d+) opus\//im.exec(sdp)?.[1];
  if (payload === undefined) return sdp;
  return sdp.replace(
    new RegExp(`^a=fmtp:${payload} (?!.*\\bstereo=)(.*?)(\\r?)$`, "m"),
    `a=fmtp:${payload} $1;stereo=1$2`,
  );
};
