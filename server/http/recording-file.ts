/** The file of a recording: from here, or where only the bucket has it, from there. */
import type { IncomingHttpHeaders } from "node:http";
import type { RecordingEntry } from "../recordings/entry.js";
import { allowed } from "./recordings.js";
import { route, type Reply, type Route, type RouteDeps } from "./route.js";
import { errorResult } from "./schemas.js";
import { sendFile } from "./send-file.js";

/** As long as it is sent the file is in use: neither age nor size removes it. */
export const inUse = (reply: Reply, use: () => () => void): Reply => {
  const { body } = reply;
  if (typeof body !== "function") return reply;
  return {
    ...reply,
    body: () => {
      const stream = body();
      stream.once("close", use());
      return stream;
    },
  };
};

const recordingFile = async (
  { library, keeping }: RouteDeps,
  entry: RecordingEntry,
  asked: IncomingHttpHeaders,
): Promise<Reply> => {
  const remote = await keeping.remote(entry);
  const file = remote ?? (await library.file(entry.id));
  return inUse(sendFile(file, asked), () => library.use(entry.id));
};

export const recordingFileRoutes = (deps: RouteDeps): Route[] => [
  route({
    method: "get",
    path: "/v1/recordings/{id}/file",
    summary: "The file of a finished recording, with ranges",
    tag: "recordings",
    permission: "moderator",
    replies: {
      200: { description: "The file", type: "video/mp4" },
      206: { description: "The range that was asked for", type: "video/mp4" },
      304: { description: "Not changed" },
      416: { description: "The file is shorter", schema: errorResult },
    },
    handle: async ({ grant, params, headers }) =>
      recordingFile(deps, await allowed(deps, grant, params.id), headers),
  }),
];
