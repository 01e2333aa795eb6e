import type { Call, TilePlace } from "../sdk/index.js";
import type { MenuContent } from "./menu.js";
import { personMenu } from "./person-menu.js";
import { tileName } from "./tile-text.js";

/** What can be done with whose tile it is; undefined when that person is gone. */
export const tileMenu = (
  call: Call,
  tile: TilePlace,
): MenuContent | undefined => {
  const { participants, self } = call.room();
  const { participant } = tile;
  const person = participants.find(({ id }) => id === participant);
  const name = tileName(tile, person?.name ?? "", participant === self);
  return personMenu(call, participant, name);
};
