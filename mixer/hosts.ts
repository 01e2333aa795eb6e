/** With which hosts packets may be exchanged: the server and a mixer both look. */
import { BlockList, isIP, isIPv4, isIPv6 } from "node:net";

const familyOf = (address: string): "ipv4" | "ipv6" =>
  isIPv6(address) ? "ipv6" : "ipv4";

/** IPv4 in IPv6, as dual-stack sockets tell it, is IPv4. */
export const plainAddress = (address: string): string => {
  const [, mapped = ""] = /^::ffff:(.*)$/i.exec(address) ?? [];
  return isIPv4(mapped) ? mapped : address;
};

/** Whether this is an IP address, a CIDR range such as 10.0.0.0/8, or `*` for all. */
export const isHostRange = (text: string): boolean => {
  if (text === "*") return true;
  const [, address = "", bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const most = [0, 0, 0, 0, 32, 0, 128][isIP(address)] ?? 0;
  return most > 0 && Number(bits ?? 0) <= most;
};

/** Whether an address is in one of these ranges (see `isHostRange`). */
export const createHosts = (
  hosts: readonly string[],
): ((address: string) => boolean) => {
  const list = new BlockList();
  for (const host of hosts) {
    if (host === "*") return () => true;
    const [address = "", bits] = host.split("/");
    const family = familyOf(address);
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return (address) => list.check(address, familyOf(address));
};
