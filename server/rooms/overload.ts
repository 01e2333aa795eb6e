/** What a mixer that cannot keep up means for its rooms. */
import type { OverloadLevel } from "../../mixer/contract.js";
import { ConferenceError } from "../errors.js";
import type { ServerMessage } from "../signaling/messages.js";
import type { RoomContext } from "./context.js";

/** For people. Each level keeps what the ones before gave up. */
const SAYS: Record<OverloadLevel, string> = {
  0: "The server keeps up again",
  1: "The server is busy: pictures of people move less often",
  2: "The server is busy: the picture has fewer frames",
  3: "The server is busy: the picture is smaller",
  4: "The server is full: no further cameras can be switched on",
};

export const overloadMessage = (level: OverloadLevel): ServerMessage => ({
  type: "overload",
  level,
  message: SAYS[level],
});

export const setOverload = (room: RoomContext, level: OverloadLevel): void => {
  if (level === room.overload.level) return;
  room.overload = { level, since: room.now() };
  room.log.warn({ room: room.name, level }, "overload of the mixer changed");
  room.seats.tell(overloadMessage(level));
};

/** Throws `overloaded` when no further camera may be switched on. */
export const assertCamera = ({ overload: { level } }: RoomContext): void => {
  if (level === 4) throw new ConferenceError("overloaded", SAYS[4]);
};

/** First the mixer refuses cameras. Throws `overloaded` when that has not helped for a while. */
export const assertCapacity = ({
  overload: { level, since },
  timings,
  now,
}: RoomContext): void => {
  const forMs = now().getTime() - since.getTime();
  if (level < 4 || forMs < timings.overloadMs) return;
  throw new ConferenceError(
    "overloaded",
    "The server is full; try again later",
  );
};
