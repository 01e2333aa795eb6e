/** Keeps PINs from being guessed: who was wrong too often has to wait, each time twice as long. Pure but for its state. */
import { isIPv6 } from "node:net";
import { ConferenceError } from "../errors.js";

/** The first wait; a person who mistypes hardly notices it. Milliseconds. */
const FIRST_WAIT = 1_000;
/** 4 PINs an hour: four digits take a hundred days. */
const LONGEST_WAIT = 15 * 60_000;
/** So long after the last wrong one it is forgotten. */
const FORGOTTEN = 60 * 60_000;
/** Addresses that are remembered, some MB; those that were wrong longest ago make room. */
const MOST = 10_000;

type Tries = { wrong: number; at: number };

export type PinRequest = {
  room: string;
  /** Undefined where nothing was said: that is no guess. */
  pin: string | undefined;
  /** Where it comes from; undefined is not limited. */
  address: string | undefined;
};

export type PinGuard = {
  /**
   * Does what asks for a PIN. A `wrong-pin` of it is counted against the address, in this room; throws `too-often`, and
   * does nothing, while that has to wait.
   */
  enter<Entered>(
    request: PinRequest,
    enter: () => Promise<Entered>,
  ): Promise<Entered>;
};

/** Whoever has an IPv6 address has 2^64 of them. */
const networkOf = (address: string): string => {
  if (!isIPv6(address) || address.includes(".")) return address;
  const [head = "", tail] = address.split("::");
  const groups = head.split(":");
  // What "::" stands for.
  const zeros = tail === undefined ? [] : Array<string>(8).fill("0");
  return [...groups, ...zeros].slice(0, 4).join(":");
};

const waitAfter = (wrong: number, tries: number): number =>
  wrong < tries ? 0 : Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (wrong - tries));

const isWrongPin = (error: unknown): boolean =>
  error instanceof ConferenceError && error.code === "wrong-pin";

/** `tries`: so many wrong ones cost nothing; 0: nobody ever waits. `now` in milliseconds. */
export const createPinGuard = (
  tries: number,
  now: () => number = () => performance.now(),
): PinGuard => {
  const known = new Map<string, Tries>();

  const find = (key: string): Tries | undefined => {
    const found = known.get(key);
    if (found === undefined || now() - found.at < FORGOTTEN) return found;
    known.delete(key);
    return undefined;
  };
  const assertMay = (key: string): void => {
    const { wrong, at } = find(key) ?? { wrong: 0, at: 0 };
    const left = at + waitAfter(wrong, tries) - now();
    if (wrong === 0 || left <= 0) return;
    throw new ConferenceError(
      "too-often",
      `Too many wrong PINs: try again in ${Math.ceil(left / 1000)} s`,
    );
  };
  const count = (key: string): void => {
    const wrong = (find(key)?.wrong ?? 0) + 1;
    // Behind all others.
    known.delete(key);
    known.set(key, { wrong, at: now() });
    const [oldest = ""] = known.keys();
    if (known.size > MOST) known.delete(oldest);
  };

  const forgive = (key: string): void => {
    const tries = known.get(key);
    if (tries !== undefined && --tries.wrong <= 0) known.delete(key);
  };

  return {
    enter: async ({ room, pin, address }, enter) => {
      if (tries === 0 || pin === undefined || address === undefined)
        return enter();
      const key = `${room} ${networkOf(address)}`;
      assertMay(key);
      // Counted before it is known, so that many at once are not all the first.
      count(key);
      try {
        const entered = await enter();
        known.delete(key);
        return entered;
      } catch (error) {
        if (!isWrongPin(error)) forgive(key);
        throw error;
      }
    },
  };
};
