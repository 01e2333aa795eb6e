/** FLV: RTMP's messages of media with a header each, and what a decoder must have had before the first of them. Pure. */

/** Types of messages and of tags. */
export const AUDIO = 8;
export const VIDEO = 9;
export const DATA = 18;

/** Before and behind a message's bytes in its tag. */
export const TAG_HEAD = 11;
export const TAG_TAIL = 4;

/** Version 1; sound and picture are found as they come; and a tag of no size before the first. */
export const FLV_HEADER = Buffer.from([
  ...Buffer.from("FLV"),
  ...[1, 0, 0, 0, 0, 9],
  ...[0, 0, 0, 0],
]);

/** Writes what is around a message's bytes, which are there; `time` in ms. */
export const finishTag = (tag: Buffer, type: number, time: number): Buffer => {
  const length = tag.length - TAG_HEAD - TAG_TAIL;
  tag[0] = type;
  tag.writeUIntBE(length, 1, 3);
  tag.writeUIntBE(time & 0xffffff, 4, 3);
  tag[7] = time >>> 24;
  tag.writeUIntBE(0, 8, 3);
  tag.writeUInt32BE(TAG_HEAD + length, TAG_HEAD + length);
  return tag;
};

/** `config`: what the decoder is set up with. `key`: a picture that needs none before it. */
export type TagKind = "config" | "key" | "other";

const KEY_FRAME = 1;
const AVC = 7;
const AAC = 10;
/** Enhanced RTMP (HEVC, AV1, …): https://veovera.org/docs/enhanced/enhanced-rtmp-v1 */
const ENHANCED = 0x80;

/** What a tag of AVC holds, in its second byte, and an enhanced one in the low bits of its first. */
const CONFIG = 0;
const CODED = 1;
const CODED_AT_ONCE = 3;

export const videoKind = (payload: Uint8Array): TagKind => {
  const [first = 0, second] = payload;
  const isKey = ((first >> 4) & 7) === KEY_FRAME;
  const low = first & 15;
  const isEnhanced = (first & ENHANCED) !== 0;
  // Of older codecs there is nothing but pictures.
  const packet = isEnhanced ? low : low === AVC ? second : CODED;
  if (packet === CONFIG) return "config";
  const isPicture =
    packet === CODED || (isEnhanced && packet === CODED_AT_ONCE);
  return isKey && isPicture ? "key" : "other";
};

export const audioKind = (payload: Uint8Array): TagKind =>
  payload[0]! >> 4 === AAC && payload[1] === 0 ? "config" : "other";
