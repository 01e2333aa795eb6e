/** Where a push may go, and how its address is shown. Pure. */
import { ConferenceError } from "../../errors.js";

const SCHEMES = ["rtmp:", "rtmps:", "srt:"];
/** ffmpeg reads the key from a line of a file, of which it takes 1000 bytes. */
const LONGEST = 900;
/** What of an SRT address' query we hand on; a listener or a rendezvous would open a port here. */
const SRT_OPTIONS = ["mode", "streamid", "passphrase", "pbkeylen", "latency"];

const bad = (message: string): ConferenceError =>
  new ConferenceError("bad-request", `url: ${message}`);

const parse = (text: string): URL => {
  // What the standard's parser takes out silently must not get past a check.
  if (!/^[\x21-\x7e]+$/.test(text) || text.length > LONGEST)
    throw bad(`must be at most ${LONGEST} printable ASCII characters`);
  try {
    return new URL(text);
  } catch {
    throw bad("is not an address");
  }
};

const checkSrt = ({ port, searchParams }: URL): void => {
  if (port === "") throw bad("an SRT address needs a port");
  for (const name of searchParams.keys())
    if (!SRT_OPTIONS.includes(name))
      throw bad(`"${name}" is not one of ${SRT_OPTIONS.join(", ")}`);
  if ((searchParams.get("mode") ?? "caller") !== "caller")
    throw bad("mode must be caller");
};

const checkRtmp = ({ pathname }: URL): void => {
  if (!/^\/[^/]+(\/[^/]+)*\/[^/]+$/.test(pathname))
    throw bad("must look like rtmp://host/application/key");
};

/** Whether the configuration lets pushes go to this host: `*`, names, or names with their port. */
const isAllowed = (hosts: readonly string[], { hostname, port }: URL) => {
  const host = hostname.toLowerCase();
  return hosts.some(
    (allowed) =>
      allowed === "*" || allowed === host || allowed === `${host}:${port}`,
  );
};

/** Throws `bad-request` for what is no address of a push, `forbidden` for one that the configuration does not allow. */
export const checkTarget = (text: string, hosts: readonly string[]): void => {
  const url = parse(text);
  if (!SCHEMES.includes(url.protocol))
    throw bad("must begin with rtmp://, rtmps:// or srt://");
  if (url.hostname === "") throw bad("has no host");
  if (url.username !== "" || url.password !== "")
    throw bad("must not have a name and a password before the host");
  if (url.protocol === "srt:") checkSrt(url);
  else checkRtmp(url);
  if (isAllowed(hosts, url)) return;
  throw new ConferenceError(
    "forbidden",
    `This server may not push to ${url.hostname}: its TUTTI_LIVE_HOSTS must name that host, or be *`,
  );
};

/** The address without what must not be seen: the stream key, and all of a query. */
export const maskTarget = (text: string): string => {
  const { protocol, host, pathname, search } = new URL(text);
  const open = pathname.slice(0, pathname.lastIndexOf("/") + 1);
  const key = pathname === open ? "" : "***";
  return `${protocol}//${host}${open}${key}${search === "" ? "" : "?***"}`;
};
