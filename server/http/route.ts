/** What a route is. The table of them makes the router and the OpenAPI document. */
import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import { z } from "zod";
import { id } from "../picture.js";
import type { Access, Grant } from "../rooms/access.js";
import type { Directory } from "../rooms/types.js";
import type { Keeping } from "../recordings/keeping.js";
import type { Library } from "../recordings/library.js";
import type { Renders } from "../recordings/renders/queue.js";
import type { Shelf } from "../shelf.js";
import type { RTCIceServerLike } from "../signaling/messages.js";
import type { BodySpec } from "./body.js";

export type Method = "get" | "put" | "post" | "patch" | "delete" | "options";

/**
 * `none`: the handler decides, if anything has to be. `moderator`: whoever moderates anything; the handler shows only
 * what the grant covers. `room`: whoever may manage the room of the path.
 */
export type Permission = "none" | "moderator" | "room";

/** Either `json`, or `body` with a Content-Type among the headers; a stream is opened only where it is sent. */
export type Reply = {
  /** 200 if absent. */
  status?: number;
  headers?: Record<string, string | string[]>;
  json?: unknown;
  body?: string | Buffer | (() => Readable);
};

/** What is documented of a reply. */
export type ReplyDoc = {
  description: string;
  /** `application/json` if there is a schema and nothing else is said. */
  type?: string;
  schema?: z.ZodType;
};

/** The `{names}` of a path: each is an id. */
export type ParamsOf<Path extends string> = {
  readonly [Name in NamesOf<Path>]: string;
};
type NamesOf<Path extends string> =
  Path extends `${string}{${infer Name}}${infer Rest}`
    ? Name | NamesOf<Rest>
    : never;

/** One request, parsed. */
export type Call<Params, Query, Body> = {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly headers: IncomingHttpHeaders;
  /** Where it comes from. */
  readonly address: string | undefined;
  /** What the caller has proven; with permission `none`, nothing. */
  readonly grant: Grant;
};

type Described = {
  readonly method: Method;
  readonly summary: string;
  readonly tag: "rooms" | "recordings" | "live" | "webrtc" | "rtp" | "server";
  readonly permission: Permission;
  readonly replies: Readonly<Record<number, ReplyDoc>>;
};

export type Route = Described & {
  readonly path: string;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly body?: BodySpec<unknown>;
  handle(call: Call<unknown, unknown, unknown>): Promise<Reply> | Reply;
};

type RouteSpec<
  Path extends string,
  Query extends z.ZodObject,
  Body,
> = Described & {
  readonly path: Path;
  /** None if absent, and then any is refused. */
  readonly query?: Query;
  readonly body?: BodySpec<Body>;
  handle(
    call: Call<ParamsOf<Path>, z.output<Query>, Body>,
  ): Promise<Reply> | Reply;
};

const paramsOf = (path: string): z.ZodObject => {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  return z.object(Object.fromEntries(names.map((name) => [name, id])));
};

/** A route whose handler gets what its path, query and body say. */
export const route = <
  Path extends string,
  Query extends z.ZodObject = z.ZodObject<Record<never, never>>,
  Body = undefined,
>({
  query,
  ...spec
}: RouteSpec<Path, Query, Body>): Route =>
  ({
    ...spec,
    params: paramsOf(spec.path),
    query: query ?? z.strictObject({}),
    // Only the router calls it, with what these very schemas have parsed.
  }) as unknown as Route;

/** What the handlers work with. */
export type RouteDeps = {
  readonly directory: Directory;
  readonly access: Access;
  readonly library: Library;
  readonly keeping: Pick<Keeping, "shares" | "remote" | "remove">;
  readonly renders: Renders;
  readonly media: Shelf;
  readonly iceServers: readonly RTCIceServerLike[];
  /** Where pushes may go; `*` is everywhere, none (or absent) nowhere. */
  readonly liveHosts?: readonly string[];
};
