/** What lies beside a finished recording's file. */
import { ConferenceError } from "../errors.js";
import { packageOf } from "../recordings/package.js";
import { tarOf, tarSize } from "../recordings/tar.js";
import { toVtt } from "../recordings/timeline/chapters.js";
import { trackFile } from "../recordings/tracks.js";
import { timeline, type Timeline } from "../recordings/timeline/keeper.js";
import { allowed } from "./recordings.js";
import {
  route,
  type ParamsOf,
  type Reply,
  type ReplyDoc,
  type Route,
  type RouteDeps,
} from "./route.js";
import { inUse } from "./recording-file.js";
import { sendFile, type Sendable } from "./send-file.js";
import { errorResult } from "./schemas.js";

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

/** What is served of a file in any state. */
const fileReplies = (type: string): Record<number, ReplyDoc> => ({
  200: { description: "The file", type },
  206: { description: "The range that was asked for", type },
  304: { description: "Not changed" },
  416: { description: "The file is shorter", schema: errorResult },
});

/** One that lies beside a recording, with ranges. */
const served = <Path extends `/v1/recordings/{id}/${string}`>(
  { library, ...deps }: RouteDeps,
  spec: { path: Path; type: string; summary: string },
  find: (params: ParamsOf<Path> & { id: string }) => Promise<Sendable>,
): Route =>
  route({
    ...{ method: "get", path: spec.path, summary: spec.summary },
    ...{ tag: "recordings", permission: "moderator" },
    replies: fileReplies(spec.type),
    handle: async ({ grant, params, headers }) => {
      const asked = params as ParamsOf<Path> & { id: string };
      await allowed({ library, ...deps }, grant, asked.id);
      const reply = sendFile(await find(asked), headers);
      return inUse(reply, () => library.use(asked.id));
    },
  });

/** From here, or where only the bucket has it, from there. */
const trackOf = async (
  { library, keeping }: RouteDeps,
  { id, participant }: { id: string; participant: string },
  ending: string,
): Promise<Sendable> => {
  const entry = await library.get(id);
  const file = trackFile(id, participant, ending);
  return (
    (await keeping.remote(entry, file)) ??
    library.track(id, participant, ending)
  );
};

const trackRoutes = (deps: RouteDeps): Route[] => [
  served(
    deps,
    {
      path: "/v1/recordings/{id}/tracks/{participant}.opus",
      ...{ type: "audio/ogg", summary: "One participant's own sound" },
    },
    (asked) => trackOf(deps, asked, "opus"),
  ),
  // Before the other one, whose pattern it fits too.
  served(
    deps,
    {
      path: "/v1/recordings/{id}/tracks/{participant}.share.mp4",
      ...{ type: "video/mp4", summary: "One participant's shared screen" },
    },
    (asked) => trackOf(deps, asked, "share.mp4"),
  ),
  served(
    deps,
    {
      path: "/v1/recordings/{id}/tracks/{participant}.mp4",
      ...{ type: "video/mp4", summary: "One participant's own picture" },
    },
    (asked) => trackOf(deps, asked, "mp4"),
  ),
];

const besideRoutes = (deps: RouteDeps): Route[] => [
  served(
    deps,
    {
      path: "/v1/recordings/{id}/thumbnail.jpg",
      ...{ type: "image/jpeg", summary: "A picture of it" },
    },
    ({ id }) => deps.library.preview(id, "thumbnail"),
  ),
  served(
    deps,
    {
      path: "/v1/recordings/{id}/waveform.png",
      ...{ type: "image/png", summary: "How loud it is when, as a picture" },
    },
    ({ id }) => deps.library.preview(id, "waveform"),
  ),
  served(
    deps,
    {
      path: "/v1/recordings/{id}/waveform.json",
      type: "application/json",
      summary:
        "The same as numbers: `duration` in seconds, `peaks` from 0 to 1, evenly spread over it",
    },
    ({ id }) => deps.library.preview(id, "peaks"),
  ),
];

const packageRoute = (deps: RouteDeps): Route =>
  route({
    method: "get",
    path: "/v1/recordings/{id}/package",
    summary:
      "A tar archive of all that there is: the file, its description, tracks, timeline, chapters, thumbnail, waveform",
    tag: "recordings",
    permission: "moderator",
    replies: { 200: { description: "It", type: "application/x-tar" } },
    handle: async ({ grant, params: { id } }) => {
      const entry = await allowed(deps, grant, id);
      const { library, keeping } = deps;
      const entries = await packageOf(
        {
          library,
          file: async () => (await keeping.remote(entry)) ?? library.file(id),
          track: (participant, ending) =>
            trackOf(deps, { id, participant }, ending),
        },
        entry,
      );
      const reply: Reply = {
        headers: {
          "Content-Type": "application/x-tar",
          "Content-Length": String(tarSize(entries)),
          "Content-Disposition": `attachment; filename="${id}.tar"`,
        },
        body: () => tarOf(entries),
      };
      return inUse(reply, () => library.use(id));
    },
  });

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
  ...trackRoutes(deps),
  ...besideRoutes(deps),
  packageRoute(deps),
];
