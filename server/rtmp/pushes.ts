/** Places to which encoders push by RTMP: one port for all, and a key for each, which nobody knows but who made it. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import type { IncomingHttpHeaders } from "node:http";
import { isIPv6 } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { closeOnce } from "../close-once.js";
import { ConferenceError } from "../errors.js";
import type { Log } from "../log.js";
import { removeLeftovers } from "./leftovers.js";
import { createListener } from "./listener.js";
import { openRelay, type Relay } from "./relay.js";
import type { Sink } from "./session.js";

/** A place for one encoder at a time. */
export type Push = {
  /** For people: where encoders push to, and what they show. */
  readonly url: string;
  readonly key: string;
  /** Path of a Unix socket from which the media are read while it is live, as FLV. */
  readonly socket: string;
  readonly live: boolean;
  /** Tells whenever it becomes live, or waits again. One at a time. */
  watch: (onChange: () => void) => void;
  /** Ends it, and who pushes. Idempotent. */
  close: () => void;
};

export type PushesOptions = {
  /** TCP; 0 = none. */
  port: number;
  /** Announced; empty = the host to which the request went. */
  addresses: readonly string[];
  /** Whether a proxy may tell that host. */
  trustProxy: boolean;
  log: Log;
};

export type Pushes = {
  /** Whether there is a port. */
  readonly offered: boolean;
  /** `headers` are those of the request that asks. Throws `forbidden` where there is no port. */
  open: (headers: IncomingHttpHeaders) => Promise<Push>;
  /** Rejects where the port cannot be had. */
  listen: () => Promise<void>;
  /** Everything. Idempotent. */
  close: () => Promise<void>;
};

/** As long as the keys of AES. */
const KEY_BYTES = 16;
/** What others call the part of the address before the key. */
const APPLICATION = "live";
const FOLDER = "tutti-rtmp-";

const digest = (text: string): Buffer =>
  createHash("sha256").update(text).digest();

type Place = {
  readonly digest: Buffer;
  readonly relay: Relay;
  /** Ends the connection of who pushes. */
  kick?: (() => void) | undefined;
  onChange: () => void;
  closed: boolean;
};

/** Why nobody may push there is the same for all keys that are not right. */
const NO_SUCH_KEY = "There is no such key";
const IN_USE = "Somebody pushes with this key already";

/** Looks at all of them in any case, so that its time tells nothing. */
const find = (places: Iterable<Place>, key: string): Place | undefined => {
  const given = digest(key);
  let found: Place | undefined;
  for (const place of places)
    if (timingSafeEqual(place.digest, given)) found = place;
  return found;
};

const admit = (
  places: Iterable<Place>,
  key: string,
  kick: () => void,
): Sink | string => {
  const place = find(places, key);
  if (place === undefined) return NO_SUCH_KEY;
  if (place.kick !== undefined) return IN_USE;
  place.kick = kick;
  place.relay.begin();
  place.onChange();
  return {
    media: place.relay.media,
    end: () => {
      place.kick = undefined;
      // Told first: whoever reads is not to take the end for one after which there is more.
      if (!place.closed) place.onChange();
      place.relay.end();
    },
  };
};

const hostOf = (
  { host = "", "x-forwarded-host": forwarded }: IncomingHttpHeaders,
  { addresses, trustProxy }: PushesOptions,
): string => {
  const [address] = addresses;
  if (address !== undefined) return isIPv6(address) ? `[${address}]` : address;
  const told = trustProxy && typeof forwarded === "string" ? forwarded : host;
  const [first = ""] = told.split(",");
  const name = first.trim().replace(/:\d+$/, "");
  return /^[\w.:[\]-]+$/.test(name) ? name : "localhost";
};

const newPlace = (key: string): Omit<Place, "relay"> => ({
  ...{ digest: digest(key), closed: false },
  onChange: () => undefined,
});

/** `forget`: its key is none from then on. */
const pushOf = (
  place: Place,
  shown: Pick<Push, "url" | "key" | "socket">,
  forget: () => void,
): Push => ({
  ...shown,
  get live() {
    return place.kick !== undefined;
  },
  watch: (onChange) => {
    place.onChange = onChange;
  },
  close: () => {
    if (place.closed) return;
    place.closed = true;
    forget();
    place.kick?.();
    void place.relay.close();
  },
});

export const createPushes = (options: PushesOptions): Pushes => {
  const places = new Set<Place>();
  const listener = createListener({
    log: options.log,
    publish: (key, kick) => admit(places, key, kick),
  });
  let folder: Promise<string> | undefined;
  // Nobody else on the machine may read there: it is made for its owner alone.
  const folderOf = (): Promise<string> =>
    (folder ??= mkdtemp(join(tmpdir(), FOLDER)));

  const open: Pushes["open"] = async (headers) => {
    if (options.port === 0)
      throw new ConferenceError(
        "forbidden",
        "push: this server takes no RTMP: TUTTI_RTMP_PORT is 0",
      );
    const socket = join(await folderOf(), randomBytes(6).toString("hex"));
    const key = randomBytes(KEY_BYTES).toString("base64url");
    const place = { ...newPlace(key), relay: await openRelay(socket) };
    places.add(place);
    const url = `rtmp://${hostOf(headers, options)}:${options.port}/${APPLICATION}`;
    return pushOf(place, { url, key, socket }, () => places.delete(place));
  };

  return {
    offered: options.port !== 0,
    open,
    listen: async () => {
      if (options.port === 0) return;
      await listener.listen(options.port);
      await removeLeftovers(tmpdir(), FOLDER);
    },
    close: closeOnce(async () => {
      await listener.close();
      await Promise.all([...places].map(({ relay }) => relay.close()));
      places.clear();
      if (folder !== undefined)
        await rm(await folder, { recursive: true, force: true });
    }),
  };
};
