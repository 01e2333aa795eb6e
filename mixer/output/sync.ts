/** Brings what a part's writer has written onto the disk itself, so that a power cut takes little. */
import { spawn } from "node:child_process";
import { dirname } from "node:path";

/** With fragments of half a second, a power cut takes less than 2 s. */
const EVERY_MS = 1_000;

/** `$0` is the part, `$1` its folder. The end of input (also when whoever started it is killed) ends it. */
const SCRIPT = `read -r _; sync -d "$0"; sync "$0.json" "$1"
while read -r _; do sync -d "$0"; done`;
/** The same of all files of a kind (`$1`) that are in the folder by then. */
const ALL = `while read -r _; do sync -d "$0"/*."$1"; sync "$0"; done`;

/**
 * A small process of its own waits for the disk: a sick one may take seconds, and the threads that could wait here
 * encode the call. Where there is no `sync` nothing is lost but this.
 */
export const startSync = (path: string, every = EVERY_MS): Sync =>
  start([SCRIPT, path, dirname(path)], every);

/** The same for every file of the folder with this extension. */
export const startSyncAll = (folder: string, extension: string): Sync =>
  start([ALL, folder, extension], EVERY_MS);

type Sync = { close(): void };

const start = (script: string[], every: number): Sync => {
  const child = spawn("sh", ["-c", ...script], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  child.on("error", () => clearInterval(timer));
  child.stdin.on("error", () => clearInterval(timer));
  const timer = setInterval(() => {
    // A disk that is still busy with the last one is not asked again.
    if (child.stdin.writableLength === 0) child.stdin.write("\n");
  }, every);
  return {
    close: () => {
      clearInterval(timer);
      child.stdin.end();
    },
  };
};
