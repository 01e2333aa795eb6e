/** Whose packets are taken. Pure: time is an argument. */
import type { RtpHost } from "../contract.js";
import type { Micros } from "../media.js";

/** A source that was quiet for so long may have moved to another port of the same address: it was started anew. */
const MOVED_AFTER: Micros = 2_000_000;

export type LatchOptions = {
  /** The address that packets must come from; undefined = that of whoever is confirmed first. */
  address: string | undefined;
  isAllowed: (address: string) => boolean;
};

/**
 * One source: an address and a port.
 *
 * - A candidate becomes the source when it is confirmed, i.e. when what it sent was found to be good.
 * - Another port of the same address takes over only after silence; another address never does.
 */
export class Latch {
  /** Where packets come from. */
  from: RtpHost | undefined;
  #heard: Micros = 0;

  constructor(private readonly options: LatchOptions) {}

  /** `known`: from the source; `candidate`: may become it; `foreign`: to be dropped. */
  judge(
    address: string,
    port: number,
    at: Micros,
  ): "known" | "candidate" | "foreign" {
    const { from } = this;
    if (from === undefined) {
      const { address: agreed, isAllowed } = this.options;
      const fits =
        agreed === undefined ? isAllowed(address) : address === agreed;
      return fits ? "candidate" : "foreign";
    }
    if (address !== from.address) return "foreign";
    if (port === from.port) return "known";
    return at - this.#heard > MOVED_AFTER ? "candidate" : "foreign";
  }

  /** What came from there is good. */
  confirm(address: string, port: number, at: Micros): void {
    this.#heard = at;
    if (this.from?.address !== address || this.from.port !== port)
      this.from = { address, port };
  }
}
