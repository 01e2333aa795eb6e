import { createTimer } from "./backoff.js";
import { openConnection, type ConnectionOptions } from "./connection.js";
import { isFinal, type CallError } from "./errors.js";

/** `idle`: not asked for yet; `refused`: the server will not have this offer, however often. */
export type PeerState =
  "idle" | "connecting" | "connected" | "lost" | "refused" | "closed";

export type PeerOptions = ConnectionOptions & {
  onState: (state: PeerState) => void;
  /** The server refused the offer, or is overloaded: then the offer is made again until it is taken. */
  onError: (error: CallError) => void;
};

export type Peer = {
  /** Starts, or replaces what is there by a fresh connection, at once. */
  restart(): void;
  /** The way to the server is open again: does now what was waiting for a later attempt. */
  retryNow(): void;
  close(): void;
};

/** Milliseconds: what a handover between networks may take before ICE is given up, and what the first connection may take. */
const DISCONNECTED_WITHIN = 3000;
const CONNECT_WITHIN = 10_000;

/** Whoever waits for a server that has no room for them should know it, too. */
const isWorthTelling = (error: CallError): boolean =>
  isFinal(error) || error.code === "overloaded";

/**
 * One peer connection to the server that is kept up: whenever it fails, or is disconnected for 3 s, a fresh one
 * takes its place, with back-off. We offer, the server answers.
 */
export const createPeer = (options: PeerOptions): Peer => {
  let current: { close(): void } | undefined;
  let state: PeerState = "idle";
  const timer = createTimer();

  const drop = (): void => {
    timer.cancel();
    current?.close();
    current = undefined;
  };
  const setState = (next: PeerState): void => {
    if (state === next || state === "closed") return;
    state = next;
    options.onState(next);
  };
  const onFailed = (error?: CallError): void => {
    drop();
    const refused = isFinal(error);
    if (!refused) timer.retry(start);
    setState(refused ? "refused" : "lost");
    if (error !== undefined && isWorthTelling(error)) options.onError(error);
  };
  const onConnected = (): void => {
    timer.steady();
    setState("connected");
  };
  const start = (): void => {
    drop();
    timer.after(CONNECT_WITHIN, onFailed);
    current = openConnection(options, {
      onConnected,
      onDisconnected: () => timer.after(DISCONNECTED_WITHIN, onFailed),
      onFailed,
    });
    setState("connecting");
  };

  return {
    restart: () => {
      if (state === "closed") return;
      timer.steady();
      start();
    },
    retryNow: () => {
      if (state === "lost") start();
    },
    close: () => {
      drop();
      setState("closed");
    },
  };
};
