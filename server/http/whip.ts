/** WHIP (RFC 9725): an HTTP client becomes a participant, in the mix, in the picture, in the recording. */
import { z } from "zod";
import { bearer } from "../rooms/access.js";
import { enterRoom } from "../rooms/directory.js";
import type { Room, Seat } from "../rooms/types.js";
import { parseOffer } from "./offer.js";
import { route, type Call, type Reply, type Route } from "./route.js";
import { personName } from "../played.js";
import {
  created,
  offerBody,
  preflightRoute,
  sessionRoutes,
  type WebrtcDeps,
} from "./webrtc.js";

const query = z.strictObject({
  name: personName.default("Guest"),
  pin: z.string().max(64).optional(),
});

/** Whoever cannot send does not stay. */
const publish = async (
  room: Room,
  { participant }: Seat,
  sdp: string,
): Promise<string> => {
  try {
    return await room.publish(participant, sdp);
  } catch (error) {
    await room.leave(participant, "left").catch(() => {});
    throw error;
  }
};

const join = async (
  deps: WebrtcDeps,
  call: Call<{ room: string }, z.output<typeof query>, string>,
): Promise<Reply> => {
  const { params, query, headers, address, body } = call;
  const offer = parseOffer(body);
  const grant = await deps.access.admit(
    params.room,
    bearer(headers.authorization),
  );
  const { pin } = query;
  const { room, seat } = await deps.access.pins.enter(
    { room: params.room, pin, address },
    () =>
      enterRoom(deps.directory, params.room, {
        name: grant.name ?? query.name,
        ...{ pin, role: grant.role, muted: false, kind: "whip" },
        camera: offer.sendsVideo,
      }),
  );
  const answer = await publish(room, seat, body);
  const { participant, token } = seat;
  const session = { room: room.name, id: participant, participant };
  const reply = created(
    deps,
    { kind: "whip", ...session },
    { offer, answer, headers },
  );
  return { ...reply, headers: { ...reply.headers, "Tutti-Token": token } };
};

export const whipRoutes = (deps: WebrtcDeps): Route[] => [
  preflightRoute("/whip/{room}", "POST, OPTIONS"),
  route({
    method: "post",
    path: "/whip/{room}",
    summary: "Join a room with an SDP offer that sends",
    tag: "webrtc",
    permission: "none",
    query,
    body: offerBody,
    replies: { 201: { description: "The answer", type: "application/sdp" } },
    handle: (call) => join(deps, call),
  }),
  ...sessionRoutes(deps, "whip", (room, { id }) => room.leave(id, "left")),
];
