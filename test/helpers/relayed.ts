/** A viewer by WHEP whose only way to the server is a relay. */
import type { ExecutionContext } from "ava";
import type { Page } from "playwright-core";
import type { Conference, Someone } from "./conference.js";
import type { WhepOptions } from "./page/http.js";
import {
  serverIn,
  startRelay,
  throughRelay,
  withoutCandidates,
  type Relay,
  type RelayOptions,
} from "./relay.js";

export type RelayedOptions = WhepOptions & Pick<RelayOptions, "drop" | "lines">;

/** Lets this page watch; `made` gets the relay before anything goes through it. The caller closes it. */
export const relayWhep = async (
  page: Page,
  { drop, lines, ...wanted }: RelayedOptions,
  made: (relay: Relay) => void,
): Promise<void> => {
  await page.route("**/whep/*", async (route) => {
    const postData = withoutCandidates(route.request().postData() ?? "");
    const response = await route.fetch({ postData });
    const answer = await response.text();
    const relay = await startRelay({ server: serverIn(answer), drop, lines });
    made(relay);
    const body = throughRelay(answer, relay.port);
    await route.fulfill({ response, body });
  });
  await page.evaluate((options) => window.tools.whep(options), wanted);
};

/** Resolves with the relay when the viewer has its answer. The relay is closed with the test. */
export const watchThroughRelay = async (
  t: ExecutionContext,
  call: Conference,
  viewer: Someone,
  options: Omit<RelayedOptions, "room">,
): Promise<Relay> => {
  let relay: Relay | undefined;
  t.teardown(() => relay?.close());
  const { room } = call;
  await relayWhep(viewer.page, { room, ...options }, (made) => (relay = made));
  return relay!;
};
