/** What lies beside a finished recording's file. */
import { ConferenceError } from "../errors.js";
import { toVtt } from "../recordings/timeline/chapters.js";
import { timeline, type Timeline } from "../recordings/timeline/keeper.js";
import { allowed } from "./recordings.js";
import { route, type Route, type RouteDeps } from "./route.js";

const timelineOf = async (
  { library }: RouteDeps,
  id: string,
): Promise<Timeline> => {
  const found = await library.timeline(id);
  if (found !== undefined) return found;
  throw new ConferenceError(
    "no-such-recording",
    `Nobody noted down what happened in "${id}"`,
  );
};

export const recordingPackageRoutes = (deps: RouteDeps): Route[] => [
  route({
    method: "get",
    path: "/v1/recordings/{id}/timeline",
    summary:
      "Who came, went, talked, shared and wrote when, in seconds of the file; its chapters",
    tag: "recordings",
    permission: "moderator",
    replies: { 200: { description: "The timeline", schema: timeline } },
    handle: async ({ grant, params }) => {
      await allowed(deps, grant, params.id);
      return { json: await timelineOf(deps, params.id) };
    },
  }),
  route({
    method: "get",
    path: "/v1/recordings/{id}/chapters.vtt",
    summary: "Its chapters, for players",
    tag: "recordings",
    permission: "moderator",
    replies: { 200: { description: "The chapters", type: "text/vtt" } },
    handle: async ({ grant, params }) => {
      await allowed(deps, grant, params.id);
      const { chapters } = await timelineOf(deps, params.id);
      return {
        headers: { "Content-Type": "text/vtt; charset=utf-8" },
        body: toVtt(chapters),
      };
    },
  }),
];
