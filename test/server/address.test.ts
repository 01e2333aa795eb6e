import type { IncomingMessage } from "node:http";
import test from "ava";
import { addressOf } from "../../server/address.js";

const request = (forwarded?: string) =>
  ({
    headers: {
      ...(forwarded !== undefined && { "x-forwarded-for": forwarded }),
    },
    socket: { remoteAddress: "192.0.2.1" },
  }) as unknown as IncomingMessage;

test("without a proxy the socket says who asks, whatever the client claims", (t) => {
  t.is(addressOf(request("198.51.100.9")), "192.0.2.1");
});

test("a proxy adds who asked it at the end; what was there before is the client's", (t) => {
  t.is(addressOf(request("10.0.0.1, 198.51.100.9"), true), "198.51.100.9");
  t.is(addressOf(request(), true), "192.0.2.1");
});
