/** The page's way to `/v1/recordings`, with the key where the server wants one. */
import type { Job, RenderRequest } from "./render-text.js";
import type { Recorded, Share } from "./text.js";

/** What the server refuses, in its words. `needsKey`: with a key, or with another one, it may not. */
export class LibraryError extends Error {
  override readonly name = "LibraryError";
  constructor(
    message: string,
    readonly needsKey: boolean,
    /** Of HTTP; 0 when nobody answered. */
    readonly status: number,
  ) {
    super(message);
  }
}

export type Wanted = {
  /** Words. */
  q: string;
  /** Days, as inputs have them; empty for none. */
  from: string;
  to: string;
  /** The id of the last one that is known. */
  before?: string;
};

export type LibraryApi = {
  /** Asked for by the server: it is sent with each request from now on, and kept until the tab is closed. */
  setKey(key: string): void;
  /** All methods reject with a LibraryError. */
  list(wanted: Wanted): Promise<{ recordings: Recorded[]; more: boolean }>;
  get(id: string): Promise<Recorded>;
  remove(id: string): Promise<void>;
  /**
   * Below this address a player finds the file and what lies beside it. No player can send a key: where one is needed, a
   * link of one's own is made that ends by itself.
   */
  base(id: string): Promise<string>;
  /** An address of a picture; a `blob:` that its taker must revoke where a key is needed. Undefined when there is none. */
  thumbnail(id: string): Promise<string | undefined>;
  shares(id: string): Promise<Share[]>;
  /** For so many seconds; resolves with the link. */
  share(id: string, seconds: number): Promise<string>;
  unshare(id: string, share: string): Promise<void>;
  /** Names of rooms that are open. */
  rooms(): Promise<string[]>;
  /** The recording comes into the room as a participant. */
  playInto(room: string, recording: string): Promise<void>;
  /** Has another file made of it. */
  render(id: string, request: RenderRequest): Promise<void>;
  /** Those that wait, are being made, or have ended lately, the newest first. */
  renders(): Promise<Job[]>;
  cancelRender(job: string): Promise<void>;
};

const STORED = "tutti-api-key";
const PAGE = 50;

const refusal = async (
  response: Response,
  key: string,
): Promise<LibraryError> => {
  const { status } = response;
  const needsKey = status === 401 || status === 403;
  if (status === 401)
    return new LibraryError(
      key === ""
        ? "This server shows its recordings to those who have its key."
        : "This key is not valid here (any more).",
      ...([needsKey, status] as const),
    );
  const told = (await response.json().catch(() => undefined)) as
    { error?: { message?: string } } | undefined;
  const message = told?.error?.message ?? `The server answered ${status}`;
  return new LibraryError(message, needsKey, status);
};

const pathOf = (id: string): string =>
  `/v1/recordings/${encodeURIComponent(id)}`;

/** Days are the reader's; the server counts in UTC. `days` later. */
const midnight = (day: string, days = 0): string => {
  const at = new Date(`${day}T00:00`);
  at.setDate(at.getDate() + days);
  return at.toISOString();
};

const queryOf = ({ q, from, to, before }: Wanted): URLSearchParams => {
  const query = new URLSearchParams({ limit: String(PAGE) });
  if (q.trim() !== "") query.set("q", q.trim().slice(0, 200));
  if (from !== "") query.set("from", midnight(from));
  if (to !== "") query.set("to", midnight(to, 1));
  if (before !== undefined) query.set("before", before);
  return query;
};

type Ask = (path: string, method?: string, json?: unknown) => Promise<Response>;

const createAsk =
  (keyNow: () => string): Ask =>
  async (path, method = "GET", json) => {
    const key = keyNow();
    const headers = new Headers();
    if (key !== "") headers.set("Authorization", `Bearer ${key}`);
    if (json !== undefined) headers.set("Content-Type", "application/json");
    const body = json === undefined ? undefined : JSON.stringify(json);
    const response = await fetch(path, { method, headers, body }).catch(() => {
      throw new LibraryError("The server cannot be reached", false, 0);
    });
    if (response.ok) return response;
    throw await refusal(response, key);
  };

const sharing = (ask: Ask) => ({
  shares: async (id: string) => (await ask(`${pathOf(id)}/shares`)).json(),
  share: async (id: string, seconds: number) => {
    const made = await ask(`${pathOf(id)}/shares`, "POST", { seconds });
    const { url } = (await made.json()) as { url: string };
    return location.origin + url;
  },
  unshare: async (id: string, share: string) =>
    void (await ask(`${pathOf(id)}/shares/${share}`, "DELETE")),
});

const inRooms = (ask: Ask) => ({
  rooms: async () => {
    const rooms = (await (await ask("/v1/rooms")).json()) as { room: string }[];
    return rooms.map(({ room }) => room);
  },
  playInto: async (room: string, recording: string) => {
    const path = `/v1/rooms/${encodeURIComponent(room)}/feeds`;
    await ask(path, "POST", { recording });
  },
});

const rendering = (ask: Ask) => ({
  render: async (id: string, request: RenderRequest) =>
    void (await ask(`${pathOf(id)}/render`, "POST", request)),
  renders: async () => (await ask("/v1/renders")).json(),
  cancelRender: async (job: string) =>
    void (await ask(`/v1/renders/${encodeURIComponent(job)}`, "DELETE")),
});

export const createLibraryApi = (storage: Storage): LibraryApi => {
  let key = storage.getItem(STORED) ?? "";
  const ask = createAsk(() => key);
  const links = new Map<string, Promise<string>>();
  const makeLink = async (id: string): Promise<string> => {
    const made = await ask(`${pathOf(id)}/shares`, "POST", { passing: true });
    return ((await made.json()) as { url: string }).url;
  };
  return {
    ...sharing(ask),
    ...inRooms(ask),
    ...rendering(ask),
    setKey: (given) => {
      key = given;
      storage.setItem(STORED, given);
      links.clear();
    },
    list: async (wanted) => {
      const found = await ask(`/v1/recordings?${queryOf(wanted)}`);
      return {
        recordings: (await found.json()) as Recorded[],
        more: found.headers.has("Link"),
      };
    },
    get: async (id) => (await ask(pathOf(id))).json(),
    remove: async (id) => void (await ask(pathOf(id), "DELETE")),
    base: async (id) => {
      if (key === "") return pathOf(id);
      const link = links.get(id) ?? makeLink(id);
      links.set(id, link);
      // Whoever asks again may have more luck.
      link.catch(() => links.delete(id));
      return link;
    },
    thumbnail: async (id) => {
      const path = `${pathOf(id)}/thumbnail.jpg`;
      if (key === "") return path;
      const found = await ask(path).catch(() => undefined);
      return found && URL.createObjectURL(await found.blob());
    },
  };
};
