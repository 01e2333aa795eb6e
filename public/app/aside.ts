/** A word aside: what moderators change of who hears whom from menus and signs. Loaded when it is used. */
import type { Call } from "../sdk/index.js";
import {
  notWhispering,
  whispering,
  withApart,
  withCoach,
} from "./routing-forms.js";

const selfOf = (call: Call): string => call.room().self ?? "";

export const setWhisper = (
  call: Call,
  id: string,
  on: boolean,
): Promise<void> => {
  const { routing } = call.room();
  return call.setRouting(
    on ? whispering(routing, selfOf(call), id) : notWhispering(routing, id),
  );
};

export const setCoach = (call: Call, id: string, on: boolean): Promise<void> =>
  call.setRouting(withCoach(call.room().routing, selfOf(call), id, on));

/** Back among everybody. */
export const comeBack = (call: Call): Promise<void> => {
  const self = selfOf(call);
  const { routing, hearing } = call.room();
  const free = hearing.coaches.reduce(
    (left, heardBy) => withCoach(left, self, heardBy, false),
    notWhispering(routing, self),
  );
  return call.setRouting(withApart(free, self, { in: "room" }));
};
