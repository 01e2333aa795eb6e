/** With which hosts packets may be exchanged. */
import { BlockList, isIPv4, isIPv6 } from "node:net";

const familyOf = (address: string): "ipv4" | "ipv6" =>
  isIPv6(address) ? "ipv6" : "ipv4";

/** IPv4 in IPv6, as dual-stack sockets tell it, is IPv4. */
export const plainAddress = (address: string): string => {
  const [, mapped = ""] = /^::ffff:(.*)$/i.exec(address) ?? [];
  return isIPv4(mapped) ? mapped : address;
};

/** Whether an address is among these IP addresses and CIDR ranges; `*` = all. */
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
