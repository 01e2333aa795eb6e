/** The UDP sockets of a process, as Linux has them. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const inodesOf = (pid: number): Set<string> => {
  const found = new Set<string>();
  for (const file of readdirSync(`/proc/${pid}/fd`))
    try {
      const link = readlinkSync(`/proc/${pid}/fd/${file}`);
      const [, inode] = /^socket:\[(\d+)\]$/.exec(link) ?? [];
      if (inode !== undefined) found.add(inode);
    } catch {
      // Closed meanwhile.
    }
  return found;
};

/** The local ports of this process' UDP sockets, in order. */
export const udpPortsOf = (pid: number): number[] => {
  const inodes = inodesOf(pid);
  const tables = ["udp", "udp6"].map((kind) =>
    readFileSync(`/proc/net/${kind}`, "utf8").split("\n").slice(1),
  );
  return tables
    .flat()
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => inodes.has(fields[9] ?? ""))
    .map(([, local = ""]) => Number.parseInt(local.split(":")[1] ?? "0", 16))
    .sort((a, b) => a - b);
};
