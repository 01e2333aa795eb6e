import type { Call, TileMap } from "../sdk/index.js";
import { ask } from "./ask.js";
import type { Parts } from "./dom.js";
import { chosenLayout, LAYOUTS } from "./layout-text.js";
import {
  bindMenu,
  type MenuContent,
  type MenuItem,
  type Menus,
} from "./menu.js";
import { pinnedIn } from "./tile-text.js";

const layoutMenu = (
  call: Call,
  chosen: TileMap["layout"] | undefined,
): MenuContent => {
  const items = LAYOUTS.map(({ layout, label, note }): MenuItem => ({
    id: layout,
    label,
    note,
    icon: `layout-${layout}`,
    kind: "choice",
    checked: chosen === layout,
    act: () => void ask(call.setLayout(layout)),
  }));
  const { participants, tiles } = call.room();
  const pinned = participants.find(({ id }) => id === pinnedIn(tiles));
  const unpin: MenuItem = {
    id: "unpin",
    label: `Stop keeping ${pinned?.name ?? ""} large`,
    icon: "pin",
    act: () => void ask(call.pin(null)),
  };
  return {
    title: "Everybody’s layout",
    items: pinned === undefined ? items : [...items, unpin],
    note:
      chosen === "custom"
        ? "Now it is a layout of the room’s own. A shared screen takes over by itself."
        : "A shared screen takes over by itself, and gives back.",
  };
};

/** The button and menu with which moderators choose everybody's layout. */
export const setUpLayout = (parts: Parts, call: Call, menus: Menus): void => {
  const button = parts.button("layout");
  let chosen: TileMap["layout"] | undefined;
  call.on("tiles", (map) => {
    chosen = chosenLayout(chosen, map);
  });
  bindMenu(menus, button, () => layoutMenu(call, chosen));
  const render = (): void => {
    button.hidden = call.room().role !== "moderator";
  };
  call.on("participants", render);
  call.on("joined", render);
};
