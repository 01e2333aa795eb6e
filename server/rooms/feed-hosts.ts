/** From which addresses feeds may come: those that the configuration names, and no others. Pure. */

/** What is there for feeds; plain files are named in a folder, and everything else is somebody's experiment. */
const SCHEMES = ["http", "https", "rtsp", "rtsps", "rtmp", "rtmps"];

const ENTRY =
  /^(?:([a-z]+):\/\/)?(\*|(?:\*\.)?[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?$/i;

/** `https://media.example:8443`, `*.example.com`, `192.0.2.7`: what is left out may be anything. */
export type FeedHost = { scheme?: string; host: string; port?: string };

/** Throws an Error that says what would fit. */
export const parseFeedHost = (text: string): FeedHost => {
  const [, scheme, host, port] = ENTRY.exec(text) ?? [];
  if (host === undefined || (scheme && !SCHEMES.includes(scheme.toLowerCase())))
    throw new Error(
      `must be hosts with commas between them, each with or without one of ${SCHEMES.map((one) => `${one}://`).join(", ")} and a port: *.example.com, rtsp://192.0.2.7:554`,
    );
  return { scheme: scheme?.toLowerCase(), host: host.toLowerCase(), port };
};

const DEFAULT_PORTS: Record<string, string> = {
  ...{ http: "80", https: "443", rtsp: "554", rtsps: "322" },
  ...{ rtmp: "1935", rtmps: "443" },
};

const isHost = (allowed: string, given: string): boolean => {
  if (allowed === "*" || allowed === given) return true;
  return allowed.startsWith("*.") && given.endsWith(allowed.slice(1));
};

/** Why nothing may be fed from this URL; undefined if it may. */
export const whyNot = (
  url: string,
  allowed: readonly FeedHost[],
): string | undefined => {
  if (!URL.canParse(url)) return "not a URL";
  const { protocol, hostname, port } = new URL(url);
  const scheme = protocol.slice(0, -1);
  if (!SCHEMES.includes(scheme))
    return `feeds come by ${SCHEMES.join(", ")}, not by ${scheme}`;
  // For schemes that it does not know, URL leaves the host as it was written.
  const host = hostname.toLowerCase();
  const fits = allowed.some(
    (one) =>
      isHost(one.host, host) &&
      (one.scheme ?? scheme) === scheme &&
      (one.port === undefined ||
        one.port === (port === "" ? DEFAULT_PORTS[scheme] : port)),
  );
  return fits
    ? undefined
    : `TUTTI_FEED_HOSTS does not name ${scheme}://${host}`;
};

/** As it may be shown: without a password. */
export const shownUrl = (url: string): string => {
  const shown = new URL(url);
  if (shown.password !== "") shown.password = "***";
  return shown.href;
};

/** As it was written in the configuration. */
export const showFeedHost = ({ scheme, host, port }: FeedHost): string =>
  `${scheme === undefined ? "" : `${scheme}://`}${host}${port === undefined ? "" : `:${port}`}`;

/** With commas between them. Throws an Error that says what would fit. */
export const parseFeedHosts = (text = ""): FeedHost[] =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "")
    .map(parseFeedHost);
