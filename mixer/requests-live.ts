/** What a mixer does for the requests of live outputs. */
import type { LiveRequests, RoomId } from "./contract.js";
import type { Room } from "./room/room.js";

export type LiveHandlers = {
  readonly [Name in keyof LiveRequests]: (
    params: LiveRequests[Name]["params"],
  ) => Promise<LiveRequests[Name]["result"]>;
};

export const liveHandlers = (find: (name: RoomId) => Room): LiveHandlers => ({
  "live.start": async ({ room, ...start }) => {
    find(room).lives.start(start);
    return null;
  },
  "live.stop": async ({ room, live }) => {
    await find(room).lives.stop(live);
    return null;
  },
  "live.take": async ({ room, live }) => ({
    pieces: await find(room).lives.take(live),
  }),
});
