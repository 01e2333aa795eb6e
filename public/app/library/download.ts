import type { LibraryApi } from "./api.js";
import type { Recorded } from "./text.js";

/** Saves a file by its address: nothing of it is held in memory. */
export const save = (base: string, name: string): void => {
  const link = document.createElement("a");
  link.href = `${base}/file`;
  link.download = name;
  link.click();
};

export const download = async (
  api: LibraryApi,
  { id, format }: Pick<Recorded, "id" | "format">,
): Promise<void> => save(await api.base(id), `${id}.${format}`);
