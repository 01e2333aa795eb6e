/**
 * AMF0, in which RTMP says its commands: https://rtmp.veriskope.com/pdf/amf0-file-format-specification.pdf. Pure.
 * What is read came from anybody: its depth is limited, and it never makes more than its bytes allow.
 */

export type Amf =
  | number
  | boolean
  | string
  | null
  | undefined
  | Date
  | Amf[]
  | { [name: string]: Amf };

const NUMBER = 0x00;
const BOOLEAN = 0x01;
const STRING = 0x02;
const OBJECT = 0x03;
const NULL = 0x05;
const UNDEFINED = 0x06;
const ECMA_ARRAY = 0x08;
const OBJECT_END = 0x09;
const STRICT_ARRAY = 0x0a;
const DATE = 0x0b;
const LONG_STRING = 0x0c;

/** What encoders send has two levels. */
const MOST_DEPTH = 8;

type Cursor = { readonly bytes: Buffer; at: number };

/** The place of the next `count` bytes. */
const take = (cursor: Cursor, count: number): number => {
  const { bytes, at } = cursor;
  if (at + count > bytes.length) throw new Error("AMF0 is cut off");
  cursor.at += count;
  return at;
};

const text = (cursor: Cursor, length: number): string => {
  const at = take(cursor, length);
  return cursor.bytes.toString("utf8", at, at + length);
};

const shortText = (cursor: Cursor): string =>
  text(cursor, cursor.bytes.readUInt16BE(take(cursor, 2)));

const members = (cursor: Cursor, depth: number): Amf => {
  const found = new Map<string, Amf>();
  for (;;) {
    const name = shortText(cursor);
    if (name === "" && cursor.bytes[cursor.at] === OBJECT_END) break;
    found.set(name, value(cursor, depth));
  }
  take(cursor, 1);
  return Object.fromEntries(found);
};

const items = (cursor: Cursor, depth: number): Amf[] => {
  const count = cursor.bytes.readUInt32BE(take(cursor, 4));
  const found: Amf[] = [];
  for (let i = 0; i < count; i++) found.push(value(cursor, depth));
  return found;
};

const READERS: Record<number, (cursor: Cursor, depth: number) => Amf> = {
  [NUMBER]: (cursor) => cursor.bytes.readDoubleBE(take(cursor, 8)),
  [BOOLEAN]: (cursor) => cursor.bytes[take(cursor, 1)] !== 0,
  [STRING]: shortText,
  [OBJECT]: members,
  [NULL]: () => null,
  [UNDEFINED]: () => undefined,
  [ECMA_ARRAY]: (cursor, depth) => {
    // The number of members, which senders get wrong; they end as an object's do.
    take(cursor, 4);
    return members(cursor, depth);
  },
  [STRICT_ARRAY]: items,
  [DATE]: (cursor) => {
    const date = new Date(cursor.bytes.readDoubleBE(take(cursor, 8)));
    // A time zone that is always 0.
    take(cursor, 2);
    return date;
  },
  [LONG_STRING]: (cursor) =>
    text(cursor, cursor.bytes.readUInt32BE(take(cursor, 4))),
};

const value = (cursor: Cursor, depth: number): Amf => {
  const type = cursor.bytes[take(cursor, 1)]!;
  const read = READERS[type];
  if (read === undefined) throw new Error(`AMF0 has no type ${type}`);
  if (depth === 0) throw new Error("AMF0 is nested too deeply");
  return read(cursor, depth - 1);
};

/** All values, one after the other. Throws an Error for what is cut off, or no AMF0. */
export const decodeAmf = (bytes: Buffer): Amf[] => {
  const cursor = { bytes, at: 0 };
  const values: Amf[] = [];
  while (cursor.at < bytes.length) values.push(value(cursor, MOST_DEPTH));
  return values;
};

type Plain = number | string | null | { [name: string]: number | string };

const name = (given: string): Buffer => {
  const bytes = Buffer.from(given);
  return Buffer.from([bytes.length >> 8, bytes.length & 0xff, ...bytes]);
};

const encodeOne = (given: Plain): Buffer => {
  if (given === null) return Buffer.from([NULL]);
  if (typeof given === "string")
    return Buffer.concat([Buffer.from([STRING]), name(given)]);
  if (typeof given === "number") {
    const bytes = Buffer.alloc(9, NUMBER);
    bytes.writeDoubleBE(given, 1);
    return bytes;
  }
  return Buffer.concat([
    Buffer.from([OBJECT]),
    ...Object.entries(given).flatMap(([key, member]) => [
      name(key),
      encodeOne(member),
    ]),
    Buffer.from([0, 0, OBJECT_END]),
  ]);
};

/** What a server answers with. */
export const encodeAmf = (values: readonly Plain[]): Buffer =>
  Buffer.concat(values.map(encodeOne));
