/**
 * Hands what an encoder sends on to whoever connects to a Unix socket, as FLV from the last key frame on: so that a
 * decoder that comes late, or again, shows a picture at once. Bounded: one that does not read is cut off.
 */
import { rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import type { Message } from "./chunk-reader.js";
import {
  AUDIO,
  DATA,
  FLV_HEADER,
  VIDEO,
  audioKind,
  finishTag,
  videoKind,
  type TagKind,
} from "./flv.js";

/** Since the last key frame: OBS sends one in 8 s unless told otherwise, and 8 Mbit/s are more than a tile needs. */
const MOST_KEPT = 8 << 20;
/** Nobody is so far behind who works; what is kept is sent at once and fits. */
const MOST_WAITING = 2 * MOST_KEPT;
/** Metadata and what decoders are set up with have some hundred bytes. */
const MOST_HEAD = 64 << 10;

export type Relay = {
  /** An encoder has come. */
  begin: () => void;
  media: (message: Message) => void;
  /** It has gone: so do the readers, as at a file's end. */
  end: () => void;
  /** Nobody connects any more. Idempotent. */
  close: () => Promise<void>;
};

type Reader = { readonly socket: Socket; hasKey: boolean };

/** What a decoder must have: what it is set up with, and the pictures since the last that stands for itself. */
const createCache = () => {
  const heads = new Map<number, Buffer>();
  let tags: Buffer[] = [];
  let bytes = 0;
  let complete = false;
  const forget = (): void => {
    tags = [];
    bytes = 0;
    complete = false;
  };
  return {
    clear: (): void => {
      heads.clear();
      forget();
    },
    head: (type: number, tag: Buffer): void => {
      if (tag.length <= MOST_HEAD) heads.set(type, tag);
    },
    add: (tag: Buffer, isKey: boolean): void => {
      if (isKey) {
        forget();
        complete = true;
      }
      if (!complete) return;
      tags.push(tag);
      bytes += tag.length;
      if (bytes > MOST_KEPT) forget();
    },
    /** Whether it begins with a key frame. */
    get complete(): boolean {
      return complete;
    },
    all: (): Buffer[] => [FLV_HEADER, ...heads.values(), ...tags],
  };
};

const kindOf = ({ type, payload }: Message): TagKind => {
  if (type === VIDEO) return videoKind(payload);
  if (type === AUDIO) return audioKind(payload);
  return payload.includes("onMetaData") ? "config" : "other";
};

const give = ({ socket }: Reader, tag: Buffer): void => {
  socket.write(tag);
  if (socket.writableLength > MOST_WAITING) socket.destroy();
};

/** To the cache, and to those who read now: pictures from a key frame on. */
const spread = (
  message: Message,
  cache: ReturnType<typeof createCache>,
  readers: Iterable<Reader>,
): void => {
  const { type, time } = message;
  const kind = kindOf(message);
  const tag = finishTag(message.tag, type, type === DATA ? 0 : time);
  if (kind === "config") cache.head(type, tag);
  else cache.add(tag, kind === "key");
  for (const reader of readers) {
    reader.hasKey ||= kind === "key";
    if (reader.hasKey || type !== VIDEO || kind === "config") give(reader, tag);
  }
};

/** Resolves when it can be connected to. */
export const openRelay = async (path: string): Promise<Relay> => {
  const cache = createCache();
  const readers = new Set<Reader>();
  const sockets = new Set<Socket>();
  let live = false;
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    // Nothing comes from there, but its end does.
    socket.resume();
    if (!live) return socket.end();
    const reader = { socket, hasKey: cache.complete };
    readers.add(reader);
    sockets.add(socket);
    socket.on("close", () => {
      readers.delete(reader);
      sockets.delete(socket);
    });
    socket.write(Buffer.concat(cache.all()));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  const end = (): void => {
    live = false;
    cache.clear();
    for (const { socket } of readers) socket.end();
    readers.clear();
  };
  return {
    begin: () => {
      live = true;
    },
    media: (message) => {
      // Of nothing there is nothing to decode.
      if (live && message.payload.length > 0) spread(message, cache, readers);
    },
    end,
    close: async () => {
      end();
      for (const socket of sockets) socket.destroy();
      server.close();
      await rm(path, { force: true });
    },
  };
};
