/** What a mixer does for the requests about plain RTP. */
import type { Requests, RoomId, RtpRequests } from "./contract.js";
import type { Room } from "./room/room.js";

type RtpHandlerNames = keyof RtpRequests;

type Handlers = {
  readonly [Name in RtpHandlerNames]: (
    params: Requests[Name]["params"],
  ) => Requests[Name]["result"] | Promise<Requests[Name]["result"]>;
};

export const rtpHandlers = (find: (name: RoomId) => Room): Handlers => ({
  "rtp.open": (params) => find(params.room).rtp.openPeer(params),
  "rtp.stats": ({ room, participant }) => find(room).rtp.stats(participant),
  "forward.open": ({ room, forward }) => find(room).rtp.openForward(forward),
  "forward.close": ({ room, forward }) => {
    find(room).rtp.closeForward(forward);
    return null;
  },
});
