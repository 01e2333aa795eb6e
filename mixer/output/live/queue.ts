/** Pieces between whoever makes them and the server that fetches them. */
import type { LivePiece } from "../../contract-live.js";

/** About 15 s of 720p and 360p; a server that is well takes everything within milliseconds. */
const MAX_BYTES = 4 * 1024 * 1024;
/** How long a taker is made to wait: well below what the link allows a request. */
const MAX_WAIT_MS = 5_000;

export type PieceQueue = {
  /** False when there was no room: then everything that waited is gone, and this piece too. */
  put(piece: LivePiece): boolean;
  /** What there is; waits for the first. Empty after a while, or once closed. */
  take(): Promise<LivePiece[]>;
  close(): void;
};

export const createPieceQueue = (maxBytes = MAX_BYTES): PieceQueue => {
  let pieces: LivePiece[] = [];
  let bytes = 0;
  let closed = false;
  let wake: () => void = () => undefined;
  const takeAll = (): LivePiece[] => {
    const taken = pieces;
    pieces = [];
    bytes = 0;
    return taken;
  };
  const wait = (): Promise<void> =>
    new Promise((resolve) => {
      // Of two who wait, the first goes with nothing.
      wake();
      const timer = setTimeout(resolve, MAX_WAIT_MS);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  return {
    put: (piece) => {
      if (closed) return true;
      if (bytes + piece.data.length > maxBytes) {
        takeAll();
        return false;
      }
      bytes += piece.data.length;
      pieces.push(piece);
      wake();
      return true;
    },
    take: async () => {
      if (pieces.length === 0 && !closed) await wait();
      return takeAll();
    },
    close: () => {
      closed = true;
      takeAll();
      wake();
    },
  };
};
