/**
 * Links to recordings, for people who have no key: `.shares.json` among the recordings, with a hash of each token.
 * Whoever reads the file cannot open a link with it.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { RecordingId } from "../../mixer/contract.js";
import { ConferenceError } from "../errors.js";
import type { Log } from "../log.js";
import { newId, newToken } from "../rooms/ids.js";
import { writeWhole } from "./whole-file.js";

const FILE = ".shares.json";
/** More links to one recording are a program that has gone wild. */
const MOST_OF_ONE = 100;
/** For so long a link that has ended is told from one that never was. */
const REMEMBERED_MS = 30 * 86_400_000;

const share = z.object({
  id: z.string(),
  recording: z.string(),
  /** SHA-256 of the token, hex. */
  hash: z.string().length(64),
  createdAt: z.iso.datetime(),
  expires: z.iso.datetime(),
  revoked: z.literal(true).optional(),
});
type Stored = z.output<typeof share> & {
  /** For a player of this server's own page: neither listed nor written down. */
  passing?: boolean;
};

export type Share = Pick<Stored, "id" | "createdAt" | "expires">;

export type Shares = {
  /** `seconds` from now on. `passing` ones end with this process. Throws `conflict` when there are too many. */
  add(
    recording: RecordingId,
    how: { seconds: number; passing?: boolean },
  ): Promise<Share & { token: string }>;
  /** Those that open it now, the newest first. */
  list(recording: RecordingId): Share[];
  /** Throws `not-found`. */
  revoke(recording: RecordingId, share: string): Promise<void>;
  /** What this is a link to. Throws `not-found`, and `gone` for one that has ended. */
  open(token: string): { recording: RecordingId; passing: boolean };
  /** Its recording is no more. */
  forget(recording: RecordingId): Promise<void>;
};

export type SharesOptions = { directory: string; log: Log; now?: () => Date };

const hashOf = (token: string): Buffer =>
  createHash("sha256").update(token).digest();

const read = (path: string, log: Log): Stored[] => {
  try {
    return z.array(share).parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code === "ENOENT") return [];
    // Nobody's link works then, which is better than anybody's.
    log.error({ err, path }, "links to recordings cannot be read");
    return [];
  }
};

const shown = ({ id, createdAt, expires }: Stored): Share => ({
  id,
  createdAt,
  expires,
});

const gone = (): ConferenceError =>
  new ConferenceError("gone", "This link has ended");

type State = { all: Stored[]; now: () => Date; save(): Promise<void> };

const isOpen = ({ now }: State, { expires, revoked }: Stored): boolean =>
  revoked !== true && Date.parse(expires) > now().getTime();

const tidy = (state: State): void => {
  const now = state.now().getTime();
  state.all = state.all.filter(
    ({ expires, passing }) =>
      Date.parse(expires) > (passing ? now : now - REMEMBERED_MS),
  );
};

const add = async (
  state: State,
  recording: RecordingId,
  { seconds, passing }: Parameters<Shares["add"]>[1],
): Promise<Share & { token: string }> => {
  tidy(state);
  const others = state.all.filter(
    (one) => one.recording === recording && !one.passing && isOpen(state, one),
  );
  if (passing !== true && others.length >= MOST_OF_ONE)
    throw new ConferenceError(
      "conflict",
      `There are ${MOST_OF_ONE} links to "${recording}" already`,
    );
  const token = newToken();
  const at = state.now();
  const added: Stored = {
    id: newId(),
    recording,
    hash: hashOf(token).toString("hex"),
    createdAt: at.toISOString(),
    expires: new Date(at.getTime() + seconds * 1000).toISOString(),
    ...(passing === true && { passing }),
  };
  state.all.push(added);
  if (passing !== true) await state.save();
  return { ...shown(added), token };
};

/** All are compared, and each in the same time, so that the time tells nothing. */
const open: (
  state: State,
  ...asked: Parameters<Shares["open"]>
) => ReturnType<Shares["open"]> = (state, token) => {
  const hash = hashOf(token);
  let found: Stored | undefined;
  for (const one of state.all)
    if (timingSafeEqual(hash, Buffer.from(one.hash, "hex"))) found = one;
  if (found === undefined)
    throw new ConferenceError("not-found", "There is no such link");
  if (!isOpen(state, found)) throw gone();
  const { recording, passing = false } = found;
  return { recording, passing };
};

/** Whole or not at all, one writing at a time, the newest last. */
const writer = (directory: string) => {
  let last: Promise<void> = Promise.resolve();
  const path = join(directory, FILE);
  return (all: () => readonly Stored[]): Promise<void> => {
    const written = last.then(async () => {
      const lasting = all().filter(({ passing }) => passing !== true);
      await mkdir(directory, { recursive: true });
      await writeWhole(path, JSON.stringify(lasting), { mode: 0o600 });
    });
    last = written.catch(() => undefined);
    return written;
  };
};

/** Reads what there is. */
export const createShares = ({
  directory,
  log,
  now = () => new Date(),
}: SharesOptions): Shares => {
  const write = writer(directory);
  const state: State = {
    all: read(join(directory, FILE), log),
    now,
    save: () => write(() => state.all),
  };
  return {
    add: (...asked) => add(state, ...asked),
    list: (recording) =>
      state.all
        .filter((one) => one.recording === recording && !one.passing)
        .filter((one) => isOpen(state, one))
        .map(shown)
        .reverse(),
    revoke: async (recording, id) => {
      const found = state.all.find(
        (one) => one.id === id && one.recording === recording,
      );
      if (found === undefined)
        throw new ConferenceError("not-found", `There is no link "${id}"`);
      found.revoked = true;
      await state.save();
    },
    open: (token) => open(state, token),
    forget: async (recording) => {
      const left = state.all.filter((one) => one.recording !== recording);
      if (left.length === state.all.length) return;
      state.all = left;
      await state.save();
    },
  };
};
