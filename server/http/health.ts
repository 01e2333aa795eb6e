import { z } from "zod";
import { ConferenceError } from "../errors.js";
import type { Metrics } from "../metrics.js";
import { route, type Reply, type Route } from "./route.js";

export type HealthDeps = {
  readonly mixers: { ready(): boolean };
  readonly metrics: Pick<Metrics, "text" | "contentType">;
  /** The OpenAPI document. */
  readonly description: () => object;
};

const status = z.object({ status: z.string() });
/** Those who watch a server may add what they like to its address. */
const anything = z.looseObject({});

const open = (
  path: string,
  is: {
    summary: string;
    type?: string;
    schema?: z.ZodType;
    handle(): Promise<Reply> | Reply;
  },
): Route => {
  const { summary, handle, ...reply } = is;
  return route({
    method: "get",
    path,
    summary,
    tag: "server",
    permission: "none",
    query: anything,
    replies: { 200: { description: summary, ...reply } },
    handle,
  });
};

export const healthRoutes = ({
  mixers,
  metrics,
  description,
}: HealthDeps): Route[] => [
  open("/livez", {
    summary: "The server runs",
    schema: status,
    handle: () => ({ json: { status: "live" } }),
  }),
  open("/readyz", {
    summary: "Mixers are up; 503 while they are not",
    schema: status,
    handle: () => {
      if (mixers.ready()) return { json: { status: "ready" } };
      throw new ConferenceError("overloaded", "No mixer is up");
    },
  }),
  open("/metrics", {
    summary: "Figures for Prometheus",
    type: "text/plain",
    handle: async () => ({
      headers: { "Content-Type": metrics.contentType },
      body: await metrics.text(),
    }),
  }),
  open("/openapi.json", {
    summary: "This description",
    schema: z.looseObject({ openapi: z.string() }),
    handle: () => ({ json: description() }),
  }),
];
