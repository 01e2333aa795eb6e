import { statfs } from "node:fs/promises";

/** Bytes that this process may still write to the file system of `path`. */
export const freeBytes = async (path: string): Promise<number> => {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
};

export const DISK_NEARLY_FULL =
  "The disk is nearly full: the recording has ended, what was recorded is kept";
export const DISK_FULL =
  "The disk is full: the recording has ended, what was recorded is kept";

/** Whether ffmpeg's errors say that there is no room (ENOSPC) or no allowance (EDQUOT) left. */
export const saysDiskFull = (errors: string): boolean =>
  /No space left on device|Disk quota exceeded/i.test(errors);
