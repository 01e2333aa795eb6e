/** The OpenAPI document, made of the route table. Pure. */
import { z } from "zod";
import type { BodySpec } from "./body.js";
import type { ReplyDoc, Route } from "./route.js";
import { errorResult } from "./schemas.js";

type Json = Record<string, unknown>;

const schemaOf = (schema: z.ZodType, io: "input" | "output"): Json => {
  const described: Json = { ...z.toJSONSchema(schema, { io }) };
  // Said once for the whole document, by its version.
  delete described.$schema;
  return described;
};

const parameters = (schema: z.ZodObject, where: "path" | "query"): Json[] => {
  const { properties = {}, required = [] } = schemaOf(schema, "input") as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: where,
    required: required.includes(name),
    schema,
  }));
};

const content = (type: string, schema?: Json): Json => ({
  content: { [type]: schema === undefined ? {} : { schema } },
});

const requestBody = ({ type, required, schema }: BodySpec<unknown>): Json => ({
  required,
  ...content(type, schemaOf(schema, "input")),
});

const response = ({ description, type, schema }: ReplyDoc): Json => ({
  description,
  ...(schema !== undefined &&
    content("application/json", schemaOf(schema, "output"))),
  ...(type !== undefined && content(type)),
});

const operationId = ({ method, path }: Route): string =>
  method +
  path
    .replaceAll(/[^A-Za-z0-9]+([A-Za-z0-9])/g, (_, first: string) =>
      first.toUpperCase(),
    )
    .replaceAll(/[^A-Za-z0-9]/g, "");

const operation = (route: Route): Json => ({
  operationId: operationId(route),
  summary: route.summary,
  tags: [route.tag],
  ...(route.tag !== "server" && { security: [{}, { bearer: [] }] }),
  parameters: [
    ...parameters(route.params, "path"),
    ...parameters(route.query, "query"),
  ],
  ...(route.body && { requestBody: requestBody(route.body) }),
  responses: {
    ...Object.fromEntries(
      Object.entries(route.replies).map(([status, doc]) => [
        status,
        response(doc),
      ]),
    ),
    default: { $ref: "#/components/responses/Error" },
  },
});

export const describeRoutes = (routes: readonly Route[]): Json => {
  const paths: Record<string, Json> = {};
  for (const route of routes)
    (paths[route.path] ??= {})[route.method] = operation(route);
  return {
    openapi: "3.1.0",
    info: {
      title: "Tutti",
      version: "1",
      description:
        "A mixing conference server: rooms, participants, recordings, and WebRTC over HTTP.",
    },
    paths,
    components: {
      responses: {
        Error: {
          description: "What went wrong",
          ...content("application/json", {
            $ref: "#/components/schemas/Error",
          }),
        },
      },
      schemas: { Error: schemaOf(errorResult, "output") },
      securitySchemes: {
        bearer: {
          type: "http",
          scheme: "bearer",
          description:
            "The API key, a token signed with it, or a participant's own; nothing where the server has no key",
        },
      },
    },
  };
};
