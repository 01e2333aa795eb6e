/** The boxes that an MP4 is made of (ISO/IEC 14496-12, 4.2), in memory. Pure. */

export const u16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
};

export const u32 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => bytes.writeUInt32BE(value >>> 0, 4 * i));
  return bytes;
};

export const box = (type: string, ...content: Buffer[]): Buffer => {
  const size = content.reduce((sum, { length }) => sum + length, 8);
  return Buffer.concat([u32(size), Buffer.from(type, "latin1"), ...content]);
};

/** A box with a version and flags. */
export const full = (
  type: string,
  flags: number,
  ...content: Buffer[]
): Buffer => box(type, u32(flags), ...content);

/** `content` shares the memory of what it was found in. */
export type FoundBox = { type: string; content: Buffer };

/** The boxes that follow each other in these bytes. Throws when the bytes are not just that; sizes are of 32 bits. */
export const boxesIn = (bytes: Buffer): FoundBox[] => {
  const found: FoundBox[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = at + 8 > bytes.length ? 0 : bytes.readUInt32BE(at);
    if (size < 8 || at + size > bytes.length)
      throw new Error("Not a box of an MP4");
    const type = bytes.toString("latin1", at + 4, at + 8);
    found.push({ type, content: bytes.subarray(at + 8, at + size) });
    at += size;
  }
  return found;
};

/** The content of the first box of this type. Throws when there is none. */
export const contentOf = (boxes: readonly FoundBox[], type: string): Buffer => {
  const found = boxes.find((it) => it.type === type);
  if (found === undefined) throw new Error(`An MP4 without ${type}`);
  return found.content;
};
