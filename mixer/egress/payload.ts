/** What a packetizer is. Pure. */
import type { EncodedUnit } from "../media.js";

/** Gives a packet buffer for a payload of this many bytes; the packetizer fills it from RTP_HEADER on. */
export type AllocatePacket = (payload: number, marker: boolean) => Buffer;

/**
 * Writes one encoded unit as packets with payloads of at most `most` bytes (MAX_PAYLOAD if left out). The marker is set
 * on the last packet of a picture.
 */
export type Packetizer = (
  unit: Pick<EncodedUnit, "data" | "key"> & Partial<Pick<EncodedUnit, "pts">>,
  allocate: AllocatePacket,
  most?: number,
) => void;
