/**
 * What a link to a recording opens, without a key: the recording and what its player shows. Each part is answered by the
 * route that those with a key use.
 */
import { ConferenceError } from "../errors.js";
import type { Grant } from "../rooms/access.js";
import { sharedResult, sharedTimeline } from "./share-schemas.js";
import { route, type Reply, type Route, type RouteDeps } from "./route.js";

/** The link stands for whoever made it, as far as this recording goes. */
const LENT: Grant = Object.freeze({ role: "moderator" });

/** What lies beside a file may be missing, or a route of another version: a player does without. */
const PARTS = [
  "file",
  "chapters.vtt",
  "thumbnail.jpg",
  "waveform.json",
  "waveform.png",
] as const;

/** With the chat, everybody's own sound and everything else: for pages of those with a key alone. */
const OWN_PARTS = [
  "package",
  "tracks/{participant}.opus",
  // Before the other one, whose pattern it fits too.
  "tracks/{participant}.share.mp4",
  "tracks/{participant}.mp4",
] as const;
type Part = (typeof PARTS)[number] | (typeof OWN_PARTS)[number];

const TYPES: Record<Part, string> = {
  file: "video/mp4",
  "chapters.vtt": "text/vtt",
  "thumbnail.jpg": "image/jpeg",
  "waveform.json": "application/json",
  "waveform.png": "image/png",
  package: "application/x-tar",
  "tracks/{participant}.opus": "audio/ogg",
  "tracks/{participant}.share.mp4": "video/mp4",
  "tracks/{participant}.mp4": "video/mp4",
};

const NOTHING = { chapters: [], turns: [] };

/** Nobody who was given a link is to find it in a search engine. */
const hidden = (reply: Reply): Reply => ({
  ...reply,
  headers: { ...reply.headers, "X-Robots-Tag": "noindex" },
});

const described = {
  tag: "recordings",
  permission: "none",
  method: "get",
} as const;

const part = (
  { keeping }: RouteDeps,
  routes: readonly Route[],
  name: Part,
): Route =>
  route({
    ...described,
    path: `/s/{token}/${name}`,
    summary: `As /v1/recordings/{id}/${name}, of the recording that the link is to`,
    replies: { 200: { description: "It", type: TYPES[name] } },
    handle: async ({ params, headers, address }) => {
      const { recording: id, passing } = keeping.shares.open(params.token);
      if (!passing && OWN_PARTS.some((own) => own === name))
        throw new ConferenceError("forbidden", "This link is not to all of it");
      const meant = routes.find(
        ({ method, path }) =>
          method === "get" && path === `/v1/recordings/{id}/${name}`,
      );
      if (meant === undefined)
        throw new ConferenceError("not-found", "There is nothing here");
      const query = meant.query.parse({});
      const named = { ...params, id };
      const lent = { params: named, query, headers, address, grant: LENT };
      return hidden(await meant.handle({ ...lent, body: undefined }));
    },
  });

/** Without the chat, and without whatever else was noted down for those who manage the room. */
const timelineRoute = ({ keeping, library }: RouteDeps): Route =>
  route({
    ...described,
    path: "/s/{token}/timeline",
    summary: "Its chapters, and who talked when",
    replies: { 200: { description: "They", schema: sharedTimeline } },
    handle: async ({ params }) => {
      const found = await library.timeline(
        keeping.shares.open(params.token).recording,
      );
      return hidden({ json: sharedTimeline.parse(found ?? NOTHING) });
    },
  });

export const sharedRoutes = (
  deps: RouteDeps,
  routes: readonly Route[],
): Route[] => [
  route({
    ...described,
    path: "/s/{token}/about.json",
    summary: "What somebody with a link may know of its recording",
    replies: { 200: { description: "It", schema: sharedResult } },
    handle: async ({ params }) => {
      const { recording } = deps.keeping.shares.open(params.token);
      const entry = await deps.library.get(recording);
      // What the schema does not name stays here.
      return hidden({ json: sharedResult.parse(entry) });
    },
  }),
  timelineRoute(deps),
  ...[...PARTS, ...OWN_PARTS].map((name) => part(deps, routes, name)),
];
