import type { Call } from "../sdk/index.js";
import { ask } from "./ask.js";
import type { Parts } from "./dom.js";
import { listeningItems } from "./listening.js";
import { bindMenu, type MenuItem, type Menus } from "./menu.js";

/** The same width as in style.css: below it these buttons are here alone. */
const NARROW = "(max-width: 720px)";
const RARE = ["share", "layout", "quality", "record"] as const;

/** What a press of it does now. */
const labelOf = (button: HTMLElement): string => {
  const { stop = "" } = button.dataset;
  return button.getAttribute("aria-pressed") === "true"
    ? stop
    : (button.getAttribute("aria-label") ?? "");
};

/** What a phone's toolbar has no room for: presses the button that is not shown. */
const hiddenButtons = (parts: Parts): MenuItem[] =>
  RARE.map((name) => parts.button(name))
    .filter(({ hidden, disabled }) => !hidden && !disabled)
    .map((button) => ({
      id: `more-${button.dataset.testid}`,
      label: labelOf(button),
      icon: button.dataset.icon,
      act: () => button.click(),
    }));

const muteOnEntryItem = (call: Call): MenuItem => {
  const { muteOnEntry } = call.room();
  return {
    id: "mute-on-entry",
    label: "Mute whoever comes",
    note: "They may unmute",
    icon: "mic-off",
    kind: "switch",
    checked: muteOnEntry,
    act: () => void ask(call.setMuteOnEntry(!muteOnEntry)),
  };
};

/** The menu of what is seldom needed. */
export const setUpMore = (
  parts: Parts,
  call: Call,
  menus: Menus,
  openSettings: () => void,
): void => {
  const devices: MenuItem = {
    id: "devices",
    label: "Microphone, camera, speaker",
    icon: "settings",
    act: openSettings,
  };
  bindMenu(menus, parts.button("more"), () => ({
    title: "More",
    items: [
      ...(matchMedia(NARROW).matches ? hiddenButtons(parts) : []),
      devices,
      ...listeningItems(call),
      ...(call.room().role === "moderator" ? [muteOnEntryItem(call)] : []),
    ],
  }));
};
