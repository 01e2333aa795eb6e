/** What WHIP and WHEP have in common: their headers, and the changing and ending of what they set up. */
import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Middleware } from "koa";
import { ConferenceError } from "../errors.js";
import { bearer, type Access } from "../rooms/access.js";
import type { Directory, Room } from "../rooms/types.js";
import type { RTCIceServerLike } from "../signaling/messages.js";
import { textBody } from "./body.js";
import { parseFragment, type Offer } from "./offer.js";
import { findRoom } from "./rooms.js";
import { route, type Reply, type Route, type RouteDeps } from "./route.js";
import {
  createSessions,
  proofOf,
  type Session,
  type Sessions,
} from "./sessions.js";

export type WebrtcDeps = RouteDeps & { readonly sessions: Sessions };
type Kind = Session["kind"];

const OFFER_TYPE = "application/sdp";
const FRAGMENT_TYPE = "application/trickle-ice-sdpfrag";
/** An SDP larger than this is no browser's; as on the WebSocket. */
const LARGEST_SDP = 100_000;
/** A fragment has candidates alone. */
const LARGEST_FRAGMENT = 64 * 1024;

export const offerBody = textBody(OFFER_TYPE, LARGEST_SDP);
const fragmentBody = textBody(FRAGMENT_TYPE, LARGEST_FRAGMENT);

/** The sessions of this server; one is live as long as its room has it. */
export const createRoomSessions = (directory: Directory): Sessions =>
  createSessions(({ kind, room: name, id }) => {
    const room = directory.find(name);
    if (room === undefined) return false;
    return kind === "whep"
      ? room.hasSubscription(id)
      : room.participants().some((one) => one.id === id);
  });

/** Publishers and players on pages of other servers may use these paths: what they may do, their token (or a live id) says. */
export const crossOrigin: Middleware = async (context, next) => {
  if (/^\/(whe?i?p|live)\//.test(context.path))
    context.set({
      "Access-Control-Allow-Origin": "*",
      "Access-Control-Expose-Headers":
        "Location, Link, ETag, Tutti-Token, Accept-Patch, WWW-Authenticate",
    });
  await next();
};

/** How long a browser may remember the answer to its preflight: a day, of which it takes two hours. */
const PREFLIGHT_SECONDS = 86_400;

export const preflightRoute = (
  path: `/${Kind}/{room}${"" | "/{id}" | "/{id}/picture"}`,
  methods: string,
): Route =>
  route({
    method: "options",
    path,
    summary: "What a browser asks before it sends something from another page",
    tag: "webrtc",
    permission: "none",
    replies: { 204: { description: "What is allowed" } },
    handle: () => ({
      status: 204,
      headers: {
        "Accept-Post": OFFER_TYPE,
        "Access-Control-Allow-Methods": methods,
        "Access-Control-Allow-Headers": "Authorization, Content-Type, If-Match",
        "Access-Control-Max-Age": String(PREFLIGHT_SECONDS),
      },
    }),
  });

const quoted = (text: string): string =>
  `"${text.replaceAll(/["\\]/g, (character) => `\\${character}`)}"`;

/** RFC 9725, section 4.6: a Link for each URL. */
const iceLinks = (servers: readonly RTCIceServerLike[]): string[] =>
  servers.flatMap(({ urls, username, credential }) => {
    const login =
      username === undefined || credential === undefined
        ? ""
        : `; username=${quoted(username)}; credential=${quoted(credential)}; credential-type="password"`;
    return [urls].flat().map((url) => `<${url}>; rel="ice-server"${login}`);
  });

/** The reply to an offer: its answer, and where the session is changed and ended from now on. */
export const created = (
  { iceServers, sessions }: WebrtcDeps,
  session: Omit<Session, "etag" | "proof" | "ufrag">,
  {
    offer,
    answer,
    headers,
  }: { offer: Offer; answer: string; headers: IncomingHttpHeaders },
): Reply => {
  const { kind, room, id } = session;
  const token = bearer(headers.authorization);
  const etag = `"${createHash("sha256").update(answer).digest("hex").slice(0, 16)}"`;
  const proof = token && proofOf(token);
  sessions.add({ ...session, etag, proof, ufrag: offer.ufrag });
  const links = iceLinks(iceServers);
  return {
    status: 201,
    headers: {
      "Content-Type": OFFER_TYPE,
      Location: `/${kind}/${room}/${id}`,
      ETag: etag,
      "Accept-Patch": FRAGMENT_TYPE,
      ...(links.length > 0 && { Link: links }),
    },
    body: answer,
  };
};

/** Throws unless the caller made this session, is the participant whose it is, or may manage the room. */
const authorise = async (
  access: Access,
  room: Room,
  session: Session,
  headers: IncomingHttpHeaders,
): Promise<void> => {
  const token = bearer(headers.authorization);
  if (token !== undefined) {
    const whose = room.authenticate(token);
    if (whose !== undefined && whose === session.participant) return;
    if (proofOf(token) === session.proof) return;
  }
  const grant = await access.admit(room.name, token);
  if (access.mayManage(grant, room.name)) return;
  throw new ConferenceError("forbidden", "This session is somebody else's");
};

/** The session of the path, if the caller may change it. Throws `not-found` and what `Access` throws. */
export const findSession = async (
  { directory, access, sessions }: WebrtcDeps,
  kind: Kind,
  { room: name, id }: { room: string; id: string },
  headers: IncomingHttpHeaders,
): Promise<{ room: Room; session: Session }> => {
  const room = findRoom(directory, name);
  const session = sessions.find(kind, name, id);
  if (session === undefined)
    throw new ConferenceError("not-found", `There is no session "${id}"`);
  await authorise(access, room, session, headers);
  return { room, session };
};

const checkMatch = (
  { etag }: Session,
  { "if-match": match }: IncomingHttpHeaders,
): void => {
  if (match === undefined || match === "*" || match === etag) return;
  throw new ConferenceError(
    "precondition-failed",
    "If-Match: this is not the session's ETag",
  );
};

const trickle = async (
  room: Room,
  { kind, id, ufrag }: Session,
  text: string,
): Promise<void> => {
  const fragment = parseFragment(text);
  if (fragment.ufrag !== undefined && fragment.ufrag !== ufrag)
    throw new ConferenceError(
      "not-implemented",
      "ICE cannot be restarted here: end the session and make another",
    );
  const target = kind === "whip" ? { participant: id } : { subscription: id };
  for (const { candidate, mid } of fragment.candidates)
    await room.candidate(target, candidate, mid);
};

/** Changing and ending what an offer to `/KIND/ROOM` has set up. */
export const sessionRoutes = (
  deps: WebrtcDeps,
  kind: Kind,
  end: (room: Room, session: Session) => Promise<void>,
): Route[] => [
  preflightRoute(`/${kind}/{room}/{id}`, "PATCH, DELETE, OPTIONS"),
  route({
    method: "patch",
    path: `/${kind}/{room}/{id}`,
    summary: "Late ICE candidates (trickle-ice-sdpfrag); no ICE restart",
    tag: "webrtc",
    permission: "none",
    body: fragmentBody,
    replies: { 204: { description: "Taken" } },
    handle: async ({ params, headers, body }) => {
      const { room, session } = await findSession(deps, kind, params, headers);
      checkMatch(session, headers);
      await trickle(room, session, body);
      return { status: 204 };
    },
  }),
  route({
    method: "delete",
    path: `/${kind}/{room}/{id}`,
    summary: "End it",
    tag: "webrtc",
    permission: "none",
    replies: { 200: { description: "Ended" } },
    handle: async ({ params, headers }) => {
      const { room, session } = await findSession(deps, kind, params, headers);
      await end(room, session);
      deps.sessions.remove(session);
      return { status: 200, body: "" };
    },
  }),
];
