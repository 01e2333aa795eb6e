/**
 * Opus in Ogg pages (RFC 3533, RFC 7845), written from front to end: what is there at a crash is a file that plays.
 * Pure.
 */

const HEAD = 27;
/** Lacing values of one page: RFC 3533, section 6. */
const MOST_SEGMENTS = 255;
const CONTINUED = 0;
const FIRST = 2;

/** The polynomial of RFC 3533 (0x04c11db7, the highest bit first, nothing inverted). */
const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit++)
    value = (value << 1) ^ (value & 0x80000000 ? 0x04c11db7 : 0);
  return value >>> 0;
});

const crcOf = (bytes: Buffer): number => {
  let crc = 0;
  for (const byte of bytes)
    crc = ((crc << 8) ^ CRC[(crc >>> 24) ^ byte]!) >>> 0;
  return crc;
};

type Page = {
  flags: number;
  /** Samples of 48 kHz until the page's end, with the pre-skip. */
  granule: number;
  serial: number;
  sequence: number;
  packets: readonly Uint8Array[];
};

const writePage = ({ flags, granule, serial, sequence, packets }: Page) => {
  const lacing: number[] = [];
  for (const { length } of packets) {
    for (let left = length; left >= 255; left -= 255) lacing.push(255);
    lacing.push(length % 255);
  }
  const page = Buffer.concat([Buffer.alloc(HEAD + lacing.length), ...packets]);
  page.write("OggS", 0, "latin1");
  page[5] = flags;
  page.writeBigUInt64LE(BigInt(granule), 6);
  page.writeUInt32LE(serial, 14);
  page.writeUInt32LE(sequence, 18);
  page[26] = lacing.length;
  page.set(lacing, HEAD);
  page.writeUInt32LE(crcOf(page), 22);
  return page;
};

/** How many lacing values a packet takes. */
const segmentsOf = (length: number): number => Math.floor(length / 255) + 1;

const opusHead = (channels: number, preSkip: number): Buffer => {
  const head = Buffer.alloc(19);
  head.write("OpusHead", 0, "latin1");
  head[8] = 1;
  head[9] = channels;
  head.writeUInt16LE(preSkip, 10);
  head.writeUInt32LE(48_000, 12);
  return head;
};

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
};

const opusTags = (title: string): Buffer => {
  const count = Buffer.alloc(4);
  count.writeUInt32LE(1);
  return Buffer.concat([
    Buffer.from("OpusTags", "latin1"),
    text("tutti"),
    count,
    text(`TITLE=${title}`),
  ]);
};

export type OggOptions = {
  channels: 1 | 2;
  /** Samples of 48 kHz that the decoder throws away at the beginning: what the encoder looks ahead. */
  preSkip: number;
  /** Shown by players. */
  title: string;
  serial: number;
};

/** Where a file that is there has ended: samples of 48 kHz with the pre-skip, and pages. */
export type OggEnd = { granule: number; pages: number; bytes: number };

export type OggOpus = {
  /** What a new file begins with. */
  readonly head: Buffer;
  /** Takes a packet that lasts `samples`; its bytes go with the page. */
  add(packet: Uint8Array, samples: number): void;
  /** The packets since the last page, as a page; undefined when there are none. A file may end after any page. */
  page(): Buffer | undefined;
  /** Samples added so far, with the pre-skip. */
  readonly granule: number;
};

/** `after`: goes on where a file that is there has ended. */
export const createOggOpus = (options: OggOptions, after?: OggEnd): OggOpus => {
  const { channels, preSkip, title, serial } = options;
  const part = { serial, granule: 0 };
  const heads = [
    {
      ...part,
      flags: FIRST,
      sequence: 0,
      packets: [opusHead(channels, preSkip)],
    },
    { ...part, flags: CONTINUED, sequence: 1, packets: [opusTags(title)] },
  ];
  let packets: Uint8Array[] = [];
  let segments = 0;
  let granule = after?.granule ?? 0;
  let sequence = after?.pages ?? heads.length;
  const full: Buffer[] = [];
  const close = (): void => {
    if (packets.length === 0) return;
    full.push(
      writePage({ serial, flags: CONTINUED, granule, sequence, packets }),
    );
    sequence++;
    packets = [];
    segments = 0;
  };
  return {
    head: Buffer.concat(heads.map(writePage)),
    get granule() {
      return granule;
    },
    add: (packet, samples) => {
      const needed = segmentsOf(packet.length);
      if (segments + needed > MOST_SEGMENTS) close();
      packets.push(packet);
      segments += needed;
      granule += samples;
    },
    page: () => {
      close();
      return full.length === 0 ? undefined : Buffer.concat(full.splice(0));
    },
  };
};

/** The end of the last whole page of a file that may be torn; undefined when not even its heads are whole. */
export const findOggEnd = (file: Buffer): OggEnd | undefined => {
  let end: OggEnd | undefined;
  let [at, pages] = [0, 0];
  while (file.subarray(at, at + 4).toString("latin1") === "OggS") {
    const count = file[at + 26] ?? 0;
    const body = at + HEAD + count;
    let size = 0;
    for (const value of file.subarray(at + HEAD, body)) size += value;
    if (body + size > file.length) break;
    const granule = Number(file.readBigUInt64LE(at + 6));
    at = body + size;
    pages++;
    if (pages >= 2) end = { granule, pages, bytes: at };
  }
  return end;
};
