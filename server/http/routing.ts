/** Who hears whom, over REST. */
import { routingForms } from "../routing.js";
import { jsonBody } from "./body.js";
import { findRoom } from "./rooms.js";
import { route, type Route, type RouteDeps } from "./route.js";

const PATH = "/v1/rooms/{room}/routing";

/** Bytes: a thousand people with the longest ids in each of the forms. */
const LIMIT = 500_000;

export const routingRoutes = ({ directory }: RouteDeps): Route[] => [
  route({
    method: "get",
    path: PATH,
    summary: "Who hears whom: groups, sidebars, interpreters, coaches",
    tag: "rooms",
    permission: "room",
    replies: { 200: { description: "The forms", schema: routingForms } },
    handle: ({ params }) => ({
      json: findRoom(directory, params.room).routing,
    }),
  }),
  route({
    method: "put",
    path: PATH,
    summary: "Say who hears whom; what is left out is no longer so",
    tag: "rooms",
    permission: "room",
    body: jsonBody(routingForms, LIMIT),
    replies: {
      200: { description: "As it is now", schema: routingForms },
    },
    handle: async ({ params, body }) => {
      const room = findRoom(directory, params.room);
      await room.setRouting(body);
      return { json: room.routing };
    },
  }),
];
