/** Pages whose ways to and from the server are bad on purpose: packets get lost at random, and are late by more or less. */
import type { ExecutionContext } from "ava";
import type { Someone } from "./conference.js";
import {
  isMedia,
  serverIn,
  startRelay,
  throughRelay,
  withoutCandidates,
  type Direction,
  type Relay,
} from "./relay.js";

export type BadLine = {
  /** Share of media packets that is lost, each for itself; 0. */
  loss?: number;
  /** Packets take up to so much longer, in their order, ms; 0. */
  jitterMs?: number;
};

/** Wide enough that nothing waits for the line itself. */
const WIDE = 100_000_000;
/** How often the length of the way changes. */
const EVERY_MS = 40;

/** The same numbers in every run. */
const randomOf = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

export type LossyRelay = Relay & {
  /** From now on it is as bad as that; good without an argument. */
  set: (line?: BadLine) => void;
};

const startLossy = async (
  server: { address: string; port: number },
  initial: BadLine,
): Promise<LossyRelay> => {
  const random = randomOf(7);
  let line = initial;
  const relay = await startRelay({
    server,
    drop: (_direction, _n, packet) =>
      isMedia(packet) && random() < (line.loss ?? 0),
  });
  const vary = (): void => {
    for (const direction of ["toClient", "toServer"] as Direction[])
      relay.narrow(direction, {
        bitsPerSecond: WIDE,
        queueMs: 10_000,
        delayMs: random() * (line.jitterMs ?? 0),
      });
  };
  const timer = setInterval(vary, EVERY_MS);
  return {
    ...relay,
    set: (next = {}) => {
      line = next;
      vary();
    },
    close: () => {
      clearInterval(timer);
      return relay.close();
    },
  };
};

export type LossyOptions = BadLine & {
  /** Changes what the page offers. */
  offer?: (sdp: string) => string;
};

/** Whatever this page sends by WHIP or hears by WHEP from now on goes over such a line, each connection over its own. */
export const makeLossy = async (
  t: ExecutionContext,
  { page }: Someone,
  { offer = (sdp) => sdp, ...line }: LossyOptions,
): Promise<LossyRelay[]> => {
  const relays: LossyRelay[] = [];
  t.teardown(() => Promise.all(relays.map((relay) => relay.close())));
  await page.route(/\/(whip|whep)\//, async (route) => {
    const given = offer(route.request().postData() ?? "");
    const postData = withoutCandidates(given);
    const response = await route.fetch({ postData });
    const answer = await response.text();
    if (!response.ok()) return route.fulfill({ response, body: answer });
    const relay = await startLossy(serverIn(answer), line);
    relays.push(relay);
    const body = throughRelay(answer, relay.port);
    await route.fulfill({ response, body });
  });
  return relays;
};

/** Whoever is in the call with this page comes in again over such lines, each connection over its own. */
export const rejoinLossy = async (
  t: ExecutionContext,
  { page }: Someone,
): Promise<LossyRelay[]> => {
  const relays: LossyRelay[] = [];
  t.teardown(() => Promise.all(relays.map((relay) => relay.close())));
  await page.exposeFunction("throughLine", async (answer: string) => {
    const server = serverIn(answer);
    // A description that is set once more has its line already.
    if (relays.some(({ port }) => port === server.port)) return answer;
    const relay = await startLossy(server, {});
    relays.push(relay);
    return throughRelay(answer, relay.port);
  });
  await page.reload();
  return relays;
};

/** An offer of somebody who has never heard of RED (RFC 2198). */
export const withoutRed = (sdp: string): string => {
  const payload = /^a=rtpmap:(\d+) red\/48000/m.exec(sdp)?.[1];
  if (payload === undefined) return sdp;
  return sdp
    .replace(new RegExp(`^a=(rtpmap|fmtp|rtcp-fb):${payload} .*\r\n`, "gm"), "")
    .replace(/^m=audio .*/m, (line) => line.replace(` ${payload}`, ""));
};
