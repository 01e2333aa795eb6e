/** A viewer by WHEP whose only way to the server is a relay. */
import type { ExecutionContext } from "ava";
import type { Conference, Someone } from "./conference.js";
import type { WhepOptions } from "./page/http.js";
import {
  serverIn,
  startRelay,
  throughRelay,
  type Relay,
  type RelayOptions,
} from "./relay.js";

export type RelayedOptions = Omit<WhepOptions, "room"> &
  Pick<RelayOptions, "drop" | "lines">;

/** Resolves with the relay when the viewer has its answer. The relay is closed with the test. */
export const watchThroughRelay = async (
  t: ExecutionContext,
  call: Conference,
  viewer: Someone,
  { drop, lines, ...wanted }: RelayedOptions,
): Promise<Relay> => {
  let relay: Relay | undefined;
  t.teardown(() => relay?.close());
  await viewer.page.route("**/whep/*", async (route) => {
    // Without candidates of the viewer's there is no way but through the relay.
    const offer = route.request().postData() ?? "";
    const postData = offer.replace(/^a=candidate:.*\r\n/gm, "");
    const response = await route.fetch({ postData });
    const answer = await response.text();
    relay = await startRelay({ server: serverIn(answer), drop, lines });
    const body = throughRelay(answer, relay.port);
    await route.fulfill({ response, body });
  });
  await viewer.page.evaluate((options) => window.tools.whep(options), {
    room: call.room,
    ...wanted,
  });
  return relay!;
};
