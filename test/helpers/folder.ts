import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecutionContext } from "ava";

/** An empty directory that is gone when the test ends. */
export const makeFolder = async (t: ExecutionContext): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), "tutti-test-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
};
