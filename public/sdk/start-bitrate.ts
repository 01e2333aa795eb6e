/** Codecs that carry pictures themselves; their repair formats have no rate of their own. */
const PICTURES = /^a=rtpmap:(\d+) (?:VP8|VP9|AV1|H264)\/90000$/i;

/**
 * The answer with a first guess of the rate that pictures are sent at, in kbit/s. Without it Chromium starts at 300 kbit/s,
 * sends a quarter of the picture, and took 14 s on loopback to come to the whole; with 600 it sends the whole at once.
 * Its own estimate takes over from the first feedback. Other browsers do not know the word and pass over it. Pure.
 */
export const withStartBitrate = (sdp: string, kilobits: number): string => {
  const lines = sdp.split(/\r?\n/);
  const payloads = lines
    .map((line) => PICTURES.exec(line)?.[1])
    .filter((payload) => payload !== undefined);
  const word = `x-google-start-bitrate=${kilobits}`;
  for (const payload of payloads) {
    const prefix = `a=fmtp:${payload} `;
    const fmtp = lines.findIndex((line) => line.startsWith(prefix));
    const rtpmap = lines.findIndex((line) =>
      line.startsWith(`a=rtpmap:${payload} `),
    );
    if (fmtp >= 0) lines[fmtp] += `;${word}`;
    else lines.splice(rtpmap + 1, 0, prefix + word);
  }
  return lines.join("\r\n");
};
