/** The part of the fake mixer that is about plain RTP: places without sockets. */
import type {
  Requests,
  RtpPlace,
  RtpRequests,
  RtpStats,
} from "../../mixer/contract.js";

type Handlers = {
  [Name in keyof RtpRequests]: (params: Requests[Name]["params"]) => unknown;
};

const STATS: RtpStats = {
  ...{ received: 5, sent: 6, lost: 1, late: 0, duplicate: 0 },
  ...{ foreign: 2, invalid: 0, remote: { lost: 0 } },
};

/** Each mixer gives other ports, unless it is asked for one. */
let port = 30_000 + 2 * (process.pid % 1000);

const nextPlace = (asked?: number): RtpPlace => ({
  address: "127.0.0.1",
  port: asked ?? (port += 2),
  ssrc: process.pid,
});

export const fakeRtp: Handlers = {
  "rtp.open": ({ options }) => nextPlace(options.port),
  "rtp.stats": () => STATS,
  "forward.open": () => nextPlace(),
  "forward.close": () => null,
};
