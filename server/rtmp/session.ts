/**
 * One connection of an encoder, from its first byte: handshake, commands, media. Has no clock and no socket: whoever has
 * them limits its time. Only publishing is understood.
 */
import { randomFillSync } from "node:crypto";
import { decodeAmf, type Amf } from "./amf0.js";
import { ChunkReader, MOST_MESSAGE, type Message } from "./chunk-reader.js";
import {
  acknowledgement,
  command,
  greeting,
  pong,
  status,
  WINDOW,
} from "./chunk-writer.js";
import { AUDIO, DATA, VIDEO } from "./flv.js";

/** What takes the media of one that may publish. */
export type Sink = {
  /** `message.type` is AUDIO, VIDEO or DATA. */
  media: (message: Message) => void;
  /** There is no more. */
  end: () => void;
};

export type SessionOptions = {
  write: (bytes: Buffer) => void;
  /** Whoever shows this key may publish there; a string: why not. */
  publish: (key: string) => Sink | string;
};

export type Session = {
  /** Throws an Error after which the connection is of no use: what it got was no RTMP, or it was refused or has ended. */
  push: (bytes: Buffer) => void;
  readonly publishing: boolean;
  /** The connection is gone. Idempotent. */
  end: () => void;
};

const VERSION = 3;
const HANDSHAKE = 1536;
/** Time and zero: with four bytes of zero no encoder expects Adobe's signatures. */
const HANDSHAKE_HEAD = 8;

const USER_CONTROL = 4;
const WINDOW_SIZE = 5;
/** So that nobody is told of every packet. */
const LEAST_WINDOW = 10_000;
const PING = 6;
const COMMAND_AMF3 = 17;
const COMMAND = 20;
/** What is said before somebody may publish fits in many times over. */
const MOST_BEFORE = 16 << 10;

const STREAM = 1;
/** `@setDataFrame` as AMF0 has it, which is for the server: the data themselves follow. */
const SET_DATA = Buffer.from("\x02\x00\x0d@setDataFrame", "latin1");

/** Told first; then the connection ends. */
class Refusal extends Error {}

const transactionOf = ([, transaction]: Amf[]): number =>
  typeof transaction === "number" ? transaction : 0;

const connected = (given: Amf[]): Buffer =>
  command(0, [
    ...["_result", transactionOf(given)],
    { fmsVer: "FMS/3,0,1,123", capabilities: 31 },
    {
      level: "status",
      code: "NetConnection.Connect.Success",
      description: "Connection succeeded.",
      objectEncoding: 0,
    },
  ]);

/** S0, S1 and S2, which is C1 again. */
const handshakeAnswer = (first: Buffer): Buffer => {
  const answer = Buffer.alloc(1 + HANDSHAKE);
  answer[0] = VERSION;
  randomFillSync(answer, 1 + HANDSHAKE_HEAD);
  return Buffer.concat([answer, first]);
};

type State = SessionOptions & {
  readonly reader: ChunkReader;
  sink: Sink | undefined;
  over: boolean;
  /** Bytes after which the other side wants to be told that they are here. */
  window: number;
};

const refuse = ({ write }: State, code: string, why: string): never => {
  write(status(STREAM, "error", code, why));
  throw new Refusal(why);
};

const begin = (state: State, key: Amf): void => {
  if (state.sink !== undefined) throw new Error("it publishes twice");
  const taken = state.publish(typeof key === "string" ? key : "");
  if (typeof taken === "string")
    return refuse(state, "NetStream.Publish.BadName", taken);
  state.sink = taken;
  state.reader.mostMessage = MOST_MESSAGE;
  const code = "NetStream.Publish.Start";
  state.write(status(STREAM, "status", code, "It is live."));
};

const end = (state: State): void => {
  const { sink } = state;
  state.over = true;
  state.sink = undefined;
  sink?.end();
};

const finish = (state: State): never => {
  end(state);
  throw new Refusal("It has ended");
};

const done = ({ write }: State, given: Amf[]): void =>
  write(command(0, ["_result", transactionOf(given), null, null]));

/** What encoders say; all else they can do without. */
const COMMANDS = new Map<Amf, (state: State, given: Amf[]) => void>([
  [
    "connect",
    ({ write }, given) => write(Buffer.concat([greeting(), connected(given)])),
  ],
  ["releaseStream", done],
  ["FCPublish", done],
  [
    "createStream",
    ({ write }, given) =>
      write(command(0, ["_result", transactionOf(given), null, STREAM])),
  ],
  ["publish", (state, given) => begin(state, given[3])],
  [
    "play",
    (state) => refuse(state, "NetStream.Play.Failed", "Nothing is played here"),
  ],
  ["FCUnpublish", finish],
  ["deleteStream", finish],
  ["closeStream", finish],
]);

const onCommand = (state: State, payload: Buffer): void => {
  const given = decodeAmf(payload);
  COMMANDS.get(given[0])?.(state, given);
};

const onControl = (state: State, { type, payload }: Message): void => {
  if (type === WINDOW_SIZE && payload.length === 4)
    state.window = Math.max(LEAST_WINDOW, payload.readUInt32BE());
  else if (type === USER_CONTROL && payload.length === 6)
    if (payload.readUInt16BE() === PING) state.write(pong(payload));
};

const onMessage = (state: State, message: Message): void => {
  if (state.over) return;
  const { type, payload } = message;
  if (type === AUDIO || type === VIDEO) state.sink?.media(message);
  else if (type === DATA) state.sink?.media(withoutSetData(message));
  else if (type === COMMAND) onCommand(state, payload);
  // AMF3 with a byte before it that says AMF0: what encoders that speak AMF3 say.
  else if (type === COMMAND_AMF3) onCommand(state, payload.subarray(1));
  else onControl(state, message);
};

export const createSession = (options: SessionOptions): Session => {
  const state: State = {
    ...options,
    reader: new ChunkReader(MOST_BEFORE, (it) => onMessage(state, it)),
    ...{ sink: undefined, over: false, window: WINDOW },
  };
  const handshake = createHandshake(options.write);
  let received = 0;
  let acknowledged = 0;
  return {
    get publishing() {
      return state.sink !== undefined;
    },
    push: (bytes) => {
      const rest = handshake(bytes);
      if (rest !== undefined && !state.over) state.reader.push(rest);
      received += bytes.length;
      if (received - acknowledged < state.window / 2) return;
      acknowledged = received;
      options.write(acknowledgement(received));
    },
    end: () => end(state),
  };
};

/** Gives what comes behind the handshake; undefined as long as that is not over. Throws for what is no RTMP. */
const createHandshake = (
  write: (bytes: Buffer) => void,
): ((bytes: Buffer) => Buffer | undefined) => {
  let got: Buffer = Buffer.alloc(0);
  let answered = false;
  let over = false;
  return (bytes) => {
    if (over) return bytes;
    got = Buffer.concat([got, bytes]);
    if (got[0] !== VERSION) throw new Error("no RTMP");
    if (!answered && got.length > HANDSHAKE) {
      answered = true;
      write(handshakeAnswer(got.subarray(1, 1 + HANDSHAKE)));
    }
    if (got.length < 1 + 2 * HANDSHAKE) return undefined;
    over = true;
    const rest = got.subarray(1 + 2 * HANDSHAKE);
    got = Buffer.alloc(0);
    return rest;
  };
};

const withoutSetData = (message: Message): Message => {
  const { payload, tag } = message;
  const { length } = SET_DATA;
  if (!payload.subarray(0, length).equals(SET_DATA)) return message;
  return {
    ...message,
    payload: payload.subarray(length),
    tag: tag.subarray(length),
  };
};
