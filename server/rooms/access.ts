/**
 * Who may do what: the API key, tokens signed with it, and rooms that are open to everybody.
 *
 * - Without an API key everybody may do everything.
 * - With one, `/v1` and every room need the key itself or a token signed with it, but for the rooms that the
 *   configuration calls open: those are as all rooms are without a key.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { errors, jwtVerify } from "jose";
import { z } from "zod";
import type { RoomId } from "../../mixer/contract.js";
import { ConferenceError } from "../errors.js";
import { ID_PATTERN, type Role } from "../signaling/messages.js";
import { createPinGuard, type PinGuard } from "./pin-guard.js";

export type AccessConfig = {
  /** Absent: no key is asked of anybody. */
  readonly apiKey?: string;
  /** Rooms that anybody may open and join though there is a key: all, none, or these. */
  readonly openRooms: boolean | readonly string[];
  /** Wrong PINs of a room that an address may say without a wait: 5. 0 is any number. */
  readonly pinTries?: number;
};

/** What a key or token allows. `room` absent: every room. */
export type Grant = {
  readonly role: Role;
  readonly room?: RoomId;
  readonly name?: string;
};

export type Access = {
  /**
   * The grant of an `Authorization` header (`Bearer` and the key or a token); undefined when it proves nothing.
   * Without an API key everybody, with or without a header, has every right.
   */
  verifyBearer(header?: string): Promise<Grant | undefined>;
  /** Whether this grant may change the room; without `room`, whether it may act on the whole server. */
  mayManage(grant: Grant, room?: RoomId): boolean;
  /**
   * Role and, if the token fixes it, name of whoever joins (or opens, or watches) this room with this key or token.
   * Throws `not-authorised` when one is needed and is missing, expired or forged, `forbidden` when it is for another room.
   */
  admit(room: RoomId, token?: string): Promise<Grant>;
  /** To go through wherever a PIN is asked for. */
  readonly pins: PinGuard;
};

/** Mistyped twice, and tried with the ones of other rooms. */
const PIN_TRIES = 5;

const EVERYTHING: Grant = Object.freeze({ role: "moderator" });

const claims = z.object({
  room: z.string().regex(ID_PATTERN).optional(),
  role: z.enum(["moderator", "participant"]).default("participant"),
  name: z.string().trim().min(1).max(64).optional(),
});

const digest = (text: string): Buffer =>
  createHash("sha256").update(text).digest();

/** Hashing first makes both sides as long as each other, which timingSafeEqual asks for. */
const same = (a: string, b: string): boolean =>
  timingSafeEqual(digest(a), digest(b));

const createVerifier = (apiKey: string) => {
  const secret = new TextEncoder().encode(apiKey);
  /** The grant of a key or a token; undefined for anything else. */
  return async (token: string): Promise<Grant | undefined> => {
    if (same(token, apiKey)) return EVERYTHING;
    try {
      // A token without an end could never be taken back.
      const { payload } = await jwtVerify(token, secret, {
        algorithms: ["HS256"],
        requiredClaims: ["exp"],
      });
      return claims.safeParse(payload).data;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  };
};

/** The token of an `Authorization` header. */
export const bearer = (header?: string): string | undefined =>
  /^Bearer +(\S+) *$/i.exec(header ?? "")?.[1];

const mayManage = (grant: Grant, room?: RoomId): boolean =>
  grant.role === "moderator" &&
  (grant.room === undefined || grant.room === room);

const openAccess: Omit<Access, "pins"> = {
  verifyBearer: () => Promise.resolve(EVERYTHING),
  mayManage,
  admit: () => Promise.resolve(EVERYTHING),
};

export const createAccess = ({
  apiKey,
  openRooms,
  pinTries = PIN_TRIES,
}: AccessConfig): Access => {
  const pins = createPinGuard(pinTries);
  if (apiKey === undefined) return { ...openAccess, pins };
  const verify = createVerifier(apiKey);
  const isOpen = (room: RoomId): boolean =>
    typeof openRooms === "boolean" ? openRooms : openRooms.includes(room);

  return {
    pins,
    verifyBearer: async (header) => {
      const token = bearer(header);
      return token === undefined ? undefined : verify(token);
    },
    mayManage,
    admit: async (room, token) => {
      if (token === undefined) {
        if (isOpen(room)) return EVERYTHING;
        throw new ConferenceError(
          "not-authorised",
          "This room asks for a token",
        );
      }
      const grant = await verify(token);
      if (grant === undefined)
        throw new ConferenceError(
          "not-authorised",
          "This token is not valid (any more)",
        );
      if (grant.room !== undefined && grant.room !== room)
        throw new ConferenceError(
          "forbidden",
          "This token is for another room",
        );
      return grant;
    },
  };
};
