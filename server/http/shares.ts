/** Links to a recording, over REST. */
import { z } from "zod";
import { ConferenceError } from "../errors.js";
import { isRunning } from "../recordings/entry.js";
import { jsonBody } from "./body.js";
import { allowed } from "./recordings.js";
import { shareResult, shareStart, sharesResult } from "./share-schemas.js";
import { route, type Route, type RouteDeps } from "./route.js";

const PATH = "/v1/recordings/{id}/shares";

/** A player that is left open overnight still plays. */
const PASSING_SECONDS = 12 * 3600;

const start = (deps: RouteDeps): Route =>
  route({
    method: "post",
    path: PATH,
    summary:
      "Make a link with which anybody can play and save this recording for a while; its token is told only here",
    tag: "recordings",
    permission: "moderator",
    body: jsonBody(shareStart),
    replies: { 201: { description: "The link", schema: shareResult } },
    handle: async ({ grant, params: { id }, body }) => {
      if (isRunning(await allowed(deps, grant, id)))
        throw new ConferenceError(
          "conflict",
          `"${id}" is still being recorded`,
        );
      const how = body.passing
        ? { seconds: PASSING_SECONDS, passing: true }
        : { seconds: body.seconds };
      const added = await deps.keeping.shares.add(id, how);
      const url = `/s/${added.token}`;
      return {
        status: 201,
        headers: { Location: url },
        json: { ...added, url },
      };
    },
  });

export const shareRoutes = (deps: RouteDeps): Route[] => [
  start(deps),
  route({
    method: "get",
    path: PATH,
    summary: "The links that open this recording now",
    tag: "recordings",
    permission: "moderator",
    replies: { 200: { description: "Links", schema: z.array(sharesResult) } },
    handle: async ({ grant, params: { id } }) => {
      await allowed(deps, grant, id);
      return { json: deps.keeping.shares.list(id) };
    },
  }),
  route({
    method: "delete",
    path: `${PATH}/{share}`,
    summary: "End a link",
    tag: "recordings",
    permission: "moderator",
    replies: { 204: { description: "It opens nothing any more" } },
    handle: async ({ grant, params: { id, share } }) => {
      await allowed(deps, grant, id);
      await deps.keeping.shares.revoke(id, share);
      return { status: 204 };
    },
  }),
];
