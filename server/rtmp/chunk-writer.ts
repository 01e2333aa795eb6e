/** What a server of RTMP says: each message is one chunk, since the first of them makes chunks large enough. Pure. */
import { encodeAmf } from "./amf0.js";

const SET_CHUNK_SIZE = 1;
const ACKNOWLEDGEMENT = 3;
const USER_CONTROL = 4;
const WINDOW_SIZE = 5;
const PEER_BANDWIDTH = 6;
const COMMAND = 20;
const PONG = 7;
/** The other side may send on what it likes; it limits nothing by itself. */
const DYNAMIC = 2;

/** Chunk streams by convention: 2 is for the protocol itself. */
const CONTROL = 2;
const COMMANDS = 3;

/** Of ours; answers have some hundred bytes. */
const CHUNK_SIZE = 4096;
/** Bytes after which either side tells that it has got them: as other servers have it. */
export const WINDOW = 2_500_000;

const chunk = (
  chunkStream: number,
  type: number,
  stream: number,
  payload: Buffer,
): Buffer => {
  const head = Buffer.alloc(12);
  head[0] = chunkStream;
  head.writeUIntBE(payload.length, 4, 3);
  head[7] = type;
  head.writeUInt32LE(stream, 8);
  return Buffer.concat([head, payload]);
};

const control = (type: number, value: number, ...more: number[]): Buffer => {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(value);
  return chunk(CONTROL, type, 0, Buffer.concat([payload, Buffer.from(more)]));
};

/** What is agreed on before anything else is answered. */
export const greeting = (): Buffer =>
  Buffer.concat([
    control(WINDOW_SIZE, WINDOW),
    control(PEER_BANDWIDTH, WINDOW, DYNAMIC),
    control(SET_CHUNK_SIZE, CHUNK_SIZE),
  ]);

/** `received` bytes since the beginning, which wrap at 32 bits. */
export const acknowledgement = (received: number): Buffer =>
  control(ACKNOWLEDGEMENT, received % 2 ** 32);

/** Answers a ping; `payload` is what came with it. */
export const pong = (payload: Buffer): Buffer =>
  chunk(
    CONTROL,
    USER_CONTROL,
    0,
    Buffer.concat([Buffer.from([0, PONG]), payload.subarray(2, 6)]),
  );

export const command = (
  stream: number,
  values: Parameters<typeof encodeAmf>[0],
): Buffer => chunk(COMMANDS, COMMAND, stream, encodeAmf(values));

/** Of the stream that is published. */
export const status = (
  stream: number,
  level: "status" | "error",
  code: string,
  description: string,
): Buffer =>
  command(stream, ["onStatus", 0, null, { level, code, description }]);
