/** What a mixer does for the requests about who hears whom and how. */
import type { Requests, RoomId } from "./contract.js";
import type { Room } from "./room/room.js";

type SoundHandlerNames = "room.levels" | "room.sound" | "room.routing";

type Handlers = {
  readonly [Name in SoundHandlerNames]: (
    params: Requests[Name]["params"],
  ) => Requests[Name]["result"];
};

export const soundHandlers = (find: (name: RoomId) => Room): Handlers => ({
  "room.levels": ({ room, on }) => {
    find(room).levels.setWanted(on);
    return null;
  },
  "room.sound": ({ room, stereo, loudest }) => {
    const { sound, participants } = find(room);
    sound.mix.setLoudest(loudest);
    sound.setStereo(stereo);
    participants.retune();
    return null;
  },
  "room.routing": ({ room, ...routing }) => {
    find(room).sound.setRouting(routing);
    return null;
  },
});
