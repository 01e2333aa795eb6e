/** What legs read, and who tells them. */
import type { Micros } from "../media.js";
import type { History } from "./history.js";

/** Streams up to this rate go out evenly: a burst of theirs would hold up the sound on the lines that they are for. */
const PACED_UP_TO = 200_000;

/** What a stream of pictures is made for. */
export type StreamRate = {
  /** Bits per second. */
  bitrate: number;
  /** Single pictures, each a key frame: who is slow leaves some out. */
  stills: boolean;
};

/** A leg, as its sources see it. */
export type LegReader = {
  /** The source has a key frame at this position, made just now. */
  start: (source: LegSource, position: number, at: Micros) => void;
};

/** What a leg reads. The stream tells it when there is more. */
export type LegSource = {
  readonly history: History;
  /** undefined for sound. */
  readonly rate: StreamRate | undefined;
  /** Each packet has earlier ones inside (RED). */
  readonly redundant?: boolean;
  /** Where in the payload the 15-bit picture id lies, undefined = nowhere. */
  readonly pictureIdAt: number | undefined;
  /** Position of the newest key frame, undefined before the first. */
  readonly keyPosition: number | undefined;
  /** Position from which a receiver can start, if one is recent enough; undefined = wait for the next one. */
  startPosition: () => number | undefined;
  /** `urgent`: somebody comes from another stream, and may have too large a picture until then. */
  requestKey: (urgent?: boolean) => void;
  timestamp: (at: Micros) => number;
  /** This leg reads from elsewhere now. */
  left: (leg: LegReader) => void;
};

/** Whether it is sent little by little. */
export const isPaced = (source: LegSource | undefined): boolean =>
  source?.rate !== undefined && source.rate.bitrate <= PACED_UP_TO;
