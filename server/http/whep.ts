/** WHEP: an HTTP client receives the full mix as a viewer, or the mix of a participant: all but itself. */
import { z } from "zod";
import type { ParticipantId } from "../../mixer/contract.js";
import { ConferenceError } from "../errors.js";
import { id, renditionName, viewName } from "../picture.js";
import { bearer } from "../rooms/access.js";
import { assertPin } from "../rooms/admission.js";
import type { Room } from "../rooms/types.js";
import { jsonBody } from "./body.js";
import { parseOffer } from "./offer.js";
import { findParticipant, findRoom } from "./rooms.js";
import { route, type Call, type Reply, type Route } from "./route.js";
import {
  created,
  findSession,
  offerBody,
  preflightRoute,
  sessionRoutes,
  type WebrtcDeps,
} from "./webrtc.js";

const query = z.strictObject({
  participant: id.optional(),
  rendition: renditionName.default("auto"),
  view: viewName.default("main"),
  channel: id
    .optional()
    .describe("A viewer hears the interpreter of this channel"),
  pin: z.string().max(64).optional(),
});

const picture = z.strictObject({
  rendition: renditionName.optional(),
  view: viewName.optional(),
});

type Watching = Call<{ room: string }, z.output<typeof query>, string>;

/** The room, if the caller may hear what this participant hears: itself, or whoever may manage the room. */
const enterAs = async (
  { directory, access }: WebrtcDeps,
  participant: ParticipantId,
  { params, headers }: Watching,
): Promise<Room> => {
  const token = bearer(headers.authorization);
  const whose = token && directory.find(params.room)?.authenticate(token);
  if (whose !== participant) {
    const grant = await access.admit(params.room, token);
    if (!access.mayManage(grant, params.room))
      throw new ConferenceError("forbidden", "This mix is somebody else's");
  }
  const room = findRoom(directory, params.room);
  findParticipant(room, participant);
  return room;
};

/** A hall's screen may be there before the first participant, so it opens the room like a participant. */
const enterAsViewer = async (
  { directory, access }: WebrtcDeps,
  { params, query, headers, address }: Watching,
): Promise<Room> => {
  await access.admit(params.room, bearer(headers.authorization));
  const { pin } = query;
  return access.pins.enter({ room: params.room, pin, address }, async () => {
    const room = await directory.open(params.room);
    assertPin(room.options.pin, pin);
    return room;
  });
};

const watch = async (deps: WebrtcDeps, call: Watching): Promise<Reply> => {
  const { body: sdp, headers, query } = call;
  const { participant, view, rendition, channel } = query;
  if (participant !== undefined && channel !== undefined)
    throw new ConferenceError(
      "bad-request",
      "channel: is for viewers; participants choose theirs in the room",
    );
  const offer = parseOffer(sdp);
  const room =
    participant === undefined
      ? await enterAsViewer(deps, call)
      : await enterAs(deps, participant, call);
  const request = { sdp, participant, view, rendition, channel };
  const { subscription, sdp: answer } = await room.subscribe(request);
  const session = { room: room.name, id: subscription, participant };
  return created(
    deps,
    { kind: "whep", ...session },
    { offer, answer, headers },
  );
};

/** Another view or rendition over the same connection; nothing is negotiated. */
const pictureRoutes = (deps: WebrtcDeps): Route[] => [
  preflightRoute("/whep/{room}/{id}/picture", "PATCH, OPTIONS"),
  route({
    method: "patch",
    path: "/whep/{room}/{id}/picture",
    summary: "Watch another view or rendition, over the same connection",
    tag: "webrtc",
    permission: "none",
    body: jsonBody(picture),
    replies: { 204: { description: "It comes, with a key frame first" } },
    handle: async ({ params, headers, body }) => {
      const { room, session } = await findSession(
        deps,
        "whep",
        params,
        headers,
      );
      await room.steer(session.id, body);
      return { status: 204 };
    },
  }),
];

export const whepRoutes = (deps: WebrtcDeps): Route[] => [
  preflightRoute("/whep/{room}", "POST, OPTIONS"),
  route({
    method: "post",
    path: "/whep/{room}",
    summary: "Receive a room's mix with an SDP offer that receives",
    tag: "webrtc",
    permission: "none",
    query,
    body: offerBody,
    replies: { 201: { description: "The answer", type: "application/sdp" } },
    handle: (call) => watch(deps, call),
  }),
  ...pictureRoutes(deps),
  ...sessionRoutes(deps, "whep", (room, { id }) => room.unsubscribe(id)),
];
