/** Random names: URL-safe, within `[A-Za-z0-9_-]{1,64}`. */
import { randomBytes } from "node:crypto";
import type { RecordingId, RoomId } from "../../mixer/contract.js";

/** 96 bits: no two alike, and nobody guesses one. */
export const newId = (): string => randomBytes(12).toString("base64url");

/** 192 bits; a token is all that its holder shows. */
export const newToken = (): string => randomBytes(24).toString("base64url");

/** What the date, the suffix and the hyphens leave of 64 characters. */
const ROOM_PART = 43;

/** Sorts by room, then time: `ROOM-20261123-071500-x7k2`, in UTC. */
export const newRecordingId = (room: RoomId, at: Date): RecordingId => {
  const [day = "", time = ""] = at
    .toISOString()
    .replaceAll(/[-:]/g, "")
    .split(/[T.]/);
  const suffix = randomBytes(2).toString("hex");
  return `${room.slice(0, ROOM_PART)}-${day}-${time}-${suffix}`;
};
