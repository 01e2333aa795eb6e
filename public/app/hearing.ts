import type { Call } from "../sdk/index.js";
import { ask } from "./ask.js";
import type { Parts } from "./dom.js";
import { hearingText } from "./hearing-text.js";
import { bindMenu, type MenuContent, type Menus } from "./menu.js";

const ORIGINAL = "Original";

const channelMenu = (call: Call): MenuContent => {
  const { channels, chosen } = call.room().channels;
  return {
    title: "What you hear",
    items: [null, ...channels].map((channel) => ({
      id: channel === null ? "original" : `channel-${channel}`,
      label: channel ?? ORIGINAL,
      note:
        channel === null ? "As it is spoken" : "The original is quieter below",
      kind: "choice",
      checked: channel === chosen,
      act: () => void ask(call.chooseChannel(channel)),
    })),
  };
};

/** The choice among interpreters, where there are any. */
const setUpChannels = (parts: Parts, call: Call, menus: Menus): void => {
  const button = parts.button("channel");
  bindMenu(menus, button, () => channelMenu(call));
  const render = (): void => {
    const { channels, hearing } = call.room();
    // Whoever interprets hears the original.
    button.hidden =
      channels.channels.length === 0 || hearing.interprets !== null;
    const chosen = channels.chosen ?? ORIGINAL;
    parts.text("channel-text").textContent = chosen;
    button.classList.toggle("original", channels.chosen === null);
    button.setAttribute("aria-label", `Interpreter: ${chosen}`);
    if (button.hidden && menus.isOpenFor(button)) menus.close();
  };
  for (const event of ["channels", "hearing", "joined"] as const)
    call.on(event, render);
};

/** The sign that says whom one hears, or who hears one, when it is not everybody; and the choice among interpreters. */
export const setUpHearing = (parts: Parts, call: Call, menus: Menus): void => {
  setUpChannels(parts, call, menus);
  const back = parts.button("end-apart");
  const render = (): void => {
    const { hearing, participants, role } = call.room();
    const text = hearingText(hearing, participants);
    parts.text("apart-sign").hidden = text === undefined;
    if (text !== undefined) parts.text("apart-text").textContent = text;
    const { sidebar, greenRoom, group, coaches } = hearing;
    const isApart =
      greenRoom || sidebar !== null || group !== null || coaches.length > 0;
    back.hidden = role !== "moderator" || !isApart;
  };
  back.onclick = () =>
    void ask(import("./aside.js").then(({ comeBack }) => comeBack(call)));
  for (const event of ["hearing", "participants", "joined"] as const)
    call.on(event, render);
};
