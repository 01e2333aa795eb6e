/** Renders: recordings that are made of others, over REST. */
import { z } from "zod";
import { ConferenceError } from "../errors.js";
import { renderJob, renderRequest } from "../recordings/renders/request.js";
import type { StoredJob } from "../recordings/renders/store.js";
import type { Grant } from "../rooms/access.js";
import { jsonBody } from "./body.js";
import { allowed } from "./recordings.js";
import { route, type Route, type RouteDeps } from "./route.js";

/** Custom layouts have pictures in them. */
const BODY_LIMIT = 3_000_000;

const publicOf = (job: StoredJob): z.output<typeof renderJob> =>
  renderJob.parse(job);

/** Whose recording it is decides who may see it. */
const visible = (
  { access, renders }: RouteDeps,
  grant: Grant,
  id: string,
): StoredJob => {
  const job = renders.get(id);
  if (access.mayManage(grant, job.room)) return job;
  throw new ConferenceError("forbidden", "This token is for another room");
};

const start = (deps: RouteDeps): Route =>
  route({
    method: "post",
    path: "/v1/recordings/{id}/render",
    summary:
      "Make another file of a finished recording: another layout, without somebody, a part of it, another format",
    tag: "recordings",
    permission: "moderator",
    body: jsonBody(renderRequest, BODY_LIMIT),
    replies: { 202: { description: "It waits its turn", schema: renderJob } },
    handle: async ({ grant, params, body }) => {
      await allowed(deps, grant, params.id);
      const job = await deps.renders.add(params.id, body);
      return {
        status: 202,
        headers: { Location: `/v1/renders/${job.id}` },
        json: publicOf(job),
      };
    },
  });

export const renderRoutes = (deps: RouteDeps): Route[] => [
  start(deps),
  route({
    method: "get",
    path: "/v1/renders",
    summary: "Renders that wait, run, or have ended lately, the newest first",
    tag: "recordings",
    permission: "moderator",
    replies: { 200: { description: "Renders", schema: z.array(renderJob) } },
    handle: ({ grant }) => ({
      json: deps.renders
        .list()
        .filter(({ room }) => deps.access.mayManage(grant, room))
        .map(publicOf),
    }),
  }),
  route({
    method: "get",
    path: "/v1/renders/{id}",
    summary: "How far a render is",
    tag: "recordings",
    permission: "moderator",
    replies: { 200: { description: "It", schema: renderJob } },
    handle: ({ grant, params }) => ({
      json: publicOf(visible(deps, grant, params.id)),
    }),
  }),
  route({
    method: "delete",
    path: "/v1/renders/{id}",
    summary: "Cancel a render; one that has ended stays as it is",
    tag: "recordings",
    permission: "moderator",
    replies: { 200: { description: "As it is now", schema: renderJob } },
    handle: async ({ grant, params }) => {
      const { id } = visible(deps, grant, params.id);
      return { json: publicOf(await deps.renders.cancel(id)) };
    },
  }),
];
