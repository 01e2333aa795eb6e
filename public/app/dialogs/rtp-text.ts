/** Plain RTP for people. Pure. */
import type { RtpInfo } from "../../sdk/index.js";
import type { Choice } from "./rows.js";

export const CODECS = [
  { value: "opus", label: "Opus" },
  { value: "pcma", label: "Telephone: PCMA (G.711 A-law)" },
  { value: "pcmu", label: "Telephone: PCMU (G.711 µ-law)" },
  { value: "l16", label: "Uncompressed: L16" },
] as const satisfies readonly Choice[];

export type CodecName = (typeof CODECS)[number]["value"];

export const MIX = "";

/** What may be sent on, as choices: the mix, or somebody alone. */
export const whatChoices = (
  people: readonly { id: string; name: string }[],
): Choice[] => [
  { value: MIX, label: "All that is heard" },
  ...people.map(({ id, name }) => ({ value: id, label: `${name} alone` })),
];

/** Where packets go: an IPv6 address needs its brackets, for a port follows. */
export const hostText = (address: string, port: number): string =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;

/**
 * What was written of where to send: nothing at all, both, or undefined where one is missing or the port is none.
 */
export const readTarget = (
  address: string,
  port: string,
): { address?: string; port?: number } | undefined => {
  const [host, digits] = [address.trim(), port.trim()];
  if (host === "" && digits === "") return {};
  const number = /^\d{1,5}$/.test(digits) ? Number(digits) : 0;
  if (host === "" || number < 1 || number > 65_535) return undefined;
  return { address: host, port: number };
};

export const sessionText = ({
  codec,
  rate,
  address,
  port,
  srtp,
}: RtpInfo["participants"][number]): string => {
  const how = `${codec.toUpperCase()}, ${rate / 1000} kHz`;
  const keys = srtp === undefined ? "" : ", encrypted";
  return `Sends to ${hostText(address, port)} (${how}${keys})`;
};

export const forwardText = (
  { codec, address, port, what }: RtpInfo["forwards"][number],
  nameOf: (id: string) => string,
): string => {
  const whose = what === "mix" ? "All" : nameOf(what.participant);
  return `${whose} → ${hostText(address, port)} (${codec.toUpperCase()})`;
};
