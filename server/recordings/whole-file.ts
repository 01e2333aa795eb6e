/** Small files that are replaced as a whole. */
import { open, rename } from "node:fs/promises";

export type WholeFileOptions = {
  /** Who may read it; with what the process's mask leaves of 0o666 if absent. */
  mode?: number;
  /** Waits until the text is on the disk, so that it stands also after the machine lost its power. */
  sync?: boolean;
};

/** All or nothing: whoever reads meets the former text or this one, also after this process is killed. The folder must be there. */
export const writeWhole = async (
  path: string,
  text: string,
  { mode, sync = false }: WholeFileOptions = {},
): Promise<void> => {
  const temporary = `${path}.tmp`;
  const file = await open(temporary, "w", mode);
  try {
    await file.writeFile(text);
    if (sync) await file.datasync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
};
