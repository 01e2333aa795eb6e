/** Which codecs to offer, and in which order. Pure. */

/** As in RTCRtpCodec. */
export type Codec = {
  mimeType: string;
  clockRate: number;
  sdpFmtpLine?: string;
};

/** Repair formats belong to every offer, behind the codecs they repair. */
const REPAIR: ReadonlySet<string> = new Set(["rtx", "red", "ulpfec"]);

/** What the server decodes, cheapest first. It has no H.264 decoder. */
export const PUBLISH_ORDER = ["vp8", "vp9", "av1"] as const;

/** What the server sends. Most devices decode H.264 in hardware. */
export const SUBSCRIBE_ORDER = ["h264", "vp8"] as const;

const nameOf = ({ mimeType }: Codec): string =>
  mimeType.slice(mimeType.indexOf("/") + 1).toLowerCase();

/** The server packetizes H.264 in mode 1, constrained baseline or baseline (profile 42); other profiles only follow. */
const rank = (codec: Codec, order: readonly string[]): number => {
  const name = nameOf(codec);
  if (REPAIR.has(name)) return order.length;
  const place = order.indexOf(name);
  const line = codec.sdpFmtpLine ?? "";
  const fits =
    name !== "h264" ||
    (line.includes("packetization-mode=1") &&
      /profile-level-id=42/i.test(line));
  return fits ? place : place + 0.5;
};

/**
 * The browser's codecs that are in `order`, so ordered, and the repair formats.
 * Empty when none of them is there: then the browser's own choice is as good as any.
 */
export const preferCodecs = <Kind extends Codec>(
  codecs: readonly Kind[],
  order: readonly string[],
): Kind[] => {
  const usable = codecs.filter((codec) => order.includes(nameOf(codec)));
  if (usable.length === 0) return [];
  const repair = codecs.filter((codec) => REPAIR.has(nameOf(codec)));
  return [...usable, ...repair].sort((a, b) => rank(a, order) - rank(b, order));
};

/** Asks for these codecs where the browser lets one ask. */
export const setCodecs = (
  transceiver: RTCRtpTransceiver,
  order: readonly string[],
): void => {
  // The codecs of both directions are the receiver's: a browser refuses a preference that it cannot receive.
  const codecs = preferCodecs(
    RTCRtpReceiver.getCapabilities("video")?.codecs ?? [],
    order,
  );
  // Old browsers lack it; an empty list would mean "all, as you like".
  if (codecs.length > 0 && "setCodecPreferences" in transceiver)
    transceiver.setCodecPreferences(codecs);
};
