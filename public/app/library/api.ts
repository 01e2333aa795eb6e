/** The page's way to `/v1/recordings`, with the key where the server wants one. */
import type { Recorded } from "./text.js";

/** What the server refuses, in its words. `needsKey`: with a key, or with another one, it may not. */
export class LibraryError extends Error {
  override readonly name = "LibraryError";
  constructor(
    message: string,
    readonly needsKey: boolean,
  ) {
    super(message);
  }
}

export type LibraryApi = {
  /** Asked for by the server: it is sent with each request from now on, and kept until the tab is closed. */
  setKey(key: string): void;
  /** All methods reject with a LibraryError. */
  list(): Promise<Recorded[]>;
  remove(id: string): Promise<void>;
  /**
   * An address of the file for a player or a download. Where a key is needed no player could send it, so the file
   * is fetched first and the address is a `blob:` that its taker must revoke.
   */
  address(id: string): Promise<string>;
};

const STORED = "tutti-api-key";

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
      needsKey,
    );
  const told = (await response.json().catch(() => undefined)) as
    { error?: { message?: string } } | undefined;
  const message = told?.error?.message ?? `The server answered ${status}`;
  return new LibraryError(message, needsKey);
};

const pathOf = (id: string): string =>
  `/v1/recordings/${encodeURIComponent(id)}`;

export const createLibraryApi = (storage: Storage): LibraryApi => {
  let key = storage.getItem(STORED) ?? "";
  const ask = async (path: string, method = "GET"): Promise<Response> => {
    const headers: HeadersInit =
      key === "" ? [] : [["Authorization", `Bearer ${key}`]];
    const response = await fetch(path, { method, headers }).catch(() => {
      throw new LibraryError("The server cannot be reached", false);
    });
    if (response.ok) return response;
    throw await refusal(response, key);
  };
  return {
    setKey: (given) => {
      key = given;
      storage.setItem(STORED, given);
    },
    list: async () => (await ask("/v1/recordings")).json(),
    remove: async (id) => void (await ask(pathOf(id), "DELETE")),
    address: async (id) => {
      const path = `${pathOf(id)}/file`;
      if (key === "") return path;
      return URL.createObjectURL(await (await ask(path)).blob());
    },
  };
};
