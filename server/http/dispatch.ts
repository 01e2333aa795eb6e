/** From the route table to the router. */
import Router from "koa-router";
import type { Context, Middleware } from "koa";
import { addressOf } from "../address.js";
import { ConferenceError } from "../errors.js";
import type { Access, Grant } from "../rooms/access.js";
import { readBody } from "./body.js";
import { parseWith } from "./parse.js";
import type { Reply, Route } from "./route.js";

/** What somebody has who has proven nothing: not even the smallest room. */
const NOTHING: Grant = Object.freeze({ role: "participant", room: "" });

const authorise = async (
  access: Access,
  { permission }: Route,
  { room }: { room?: string },
  header: string | undefined,
): Promise<Grant> => {
  if (permission === "none") return NOTHING;
  const grant = await access.verifyBearer(header);
  if (grant === undefined)
    throw new ConferenceError(
      "not-authorised",
      "This needs the API key, or a token that is still valid, as a bearer",
    );
  const enough =
    permission === "room"
      ? access.mayManage(grant, room)
      : grant.role === "moderator";
  if (enough) return grant;
  throw new ConferenceError("forbidden", "This token does not allow that");
};

/**
 * A page of somebody else's may not use its visitor's way to a server that asks for no key. WHIP and WHEP are meant for
 * other pages; everything else is not.
 */
const refuseOtherPages = ({ method }: Route, path: string, site?: unknown) => {
  if (method !== "get" && path.startsWith("/v1/") && site === "cross-site")
    throw new ConferenceError("forbidden", "Pages of other sites may not");
};

const send = (context: Context, reply: Reply): void => {
  const { status = 200, headers = {}, json, body } = reply;
  context.set("Cache-Control", "no-store");
  context.set(headers);
  context.status = status;
  const isHead = context.method === "HEAD";
  if (json !== undefined) context.body = json;
  else if (typeof body !== "function") context.body = body ?? null;
  else if (!isHead) context.body = body();
  // Koa makes 204 of a null body.
  context.status = status;
};

const dispatch =
  (route: Route, access: Access): Middleware =>
  async (context) => {
    const { req, headers } = context;
    context.state.route = route.path;
    const params = parseWith(route.params, context.params, "path") as {
      room?: string;
    };
    refuseOtherPages(route, route.path, headers["sec-fetch-site"]);
    const grant = await authorise(access, route, params, headers.authorization);
    const query = parseWith(route.query, context.query, "query");
    const body = route.body && (await readBody(req, route.body));
    const address = addressOf(req, context.app.proxy);
    const call = { params, query, body, headers, address, grant };
    send(context, await route.handle(call));
  };

/** `/a/{b}` as koa-router writes it. */
const pattern = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ":$1");

export const createRouter = (
  routes: readonly Route[],
  access: Access,
): Router => {
  const router = new Router();
  for (const route of routes)
    router.register(
      pattern(route.path),
      [route.method],
      dispatch(route, access),
    );
  return router;
};
