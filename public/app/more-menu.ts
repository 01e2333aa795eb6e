import type { Call } from "../sdk/index.js";
import type { DialogName } from "./dialogs/dialog.js";
import type { Parts } from "./dom.js";
import { listeningItems } from "./listening.js";
import { bindMenu, type MenuItem, type Menus } from "./menu.js";

/** The same width as in styles/narrow.css: below it these buttons are here alone. */
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

const DIALOGS: readonly (Omit<MenuItem, "act" | "id"> & {
  id: DialogName;
})[] = [
  { id: "broadcast", label: "Broadcast…", icon: "broadcast" },
  { id: "play", label: "Play sounds and films…", icon: "play" },
  { id: "routing", label: "Who hears whom…", icon: "route" },
  { id: "rtp", label: "Phones and RTP…", icon: "phone" },
  { id: "room", label: "The room…", icon: "room" },
];

export type MoreActions = {
  /** The choice of devices. */
  settings(): void;
  open(name: DialogName): void;
};

/** The menu of what is seldom needed. */
export const setUpMore = (
  parts: Parts,
  call: Call,
  menus: Menus,
  { settings, open }: MoreActions,
): void => {
  const devices: MenuItem = {
    id: "devices",
    label: "Microphone, camera, speaker…",
    icon: "settings",
    act: settings,
  };
  const dialogs = DIALOGS.map((item): MenuItem => ({
    ...item,
    act: () => open(item.id),
  }));
  bindMenu(menus, parts.button("more"), () => ({
    title: "More",
    items: [
      ...(matchMedia(NARROW).matches ? hiddenButtons(parts) : []),
      devices,
      ...listeningItems(call),
      ...(call.room().role === "moderator" ? dialogs : []),
    ],
  }));
};
