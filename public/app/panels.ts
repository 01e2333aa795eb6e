import type { Parts } from "./dom.js";

export type PanelName = "people" | "chat";

export type Panels = {
  /** Whether this one is open in a page that is looked at. */
  isSeen(name: PanelName): boolean;
  show(name: PanelName | undefined): void;
  /** Calls back whenever what is seen changes. */
  onChange(listener: () => void): void;
  close(): void;
};

const NAMES: readonly PanelName[] = ["people", "chat"];

/** What lies beside the picture, or over it where there is no room: the people, or the chat, or neither. */
export const createPanels = (parts: Parts): Panels => {
  const listeners: (() => void)[] = [];
  const { dataset } = parts.root;
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  const isOpen = (name: PanelName): boolean => dataset.panel === name;
  const show = (open: PanelName | undefined): void => {
    dataset.panel = open ?? "";
    for (const name of NAMES)
      parts
        .button(`toggle-${name}`)
        .setAttribute("aria-expanded", String(name === open));
    tell();
  };
  for (const name of NAMES) {
    const toggle = parts.button(`toggle-${name}`);
    toggle.onclick = (event) => {
      // After a click the space bar shall talk, not press again.
      if (event.detail > 0) toggle.blur();
      show(isOpen(name) ? undefined : name);
    };
    const leave = (): void => {
      show(undefined);
      toggle.focus();
    };
    parts.button(`close-${name}`).onclick = leave;
    parts.text(`${name}-panel`).onkeydown = ({ key }) => {
      if (key === "Escape") leave();
    };
  }
  document.addEventListener("visibilitychange", tell);
  // Where there is room beside the picture; the same width as in styles/narrow.css.
  show(matchMedia("(min-width: 900px)").matches ? "people" : undefined);
  return {
    isSeen: (name) => isOpen(name) && !document.hidden,
    show,
    onChange: (listener) => void listeners.push(listener),
    close: () => document.removeEventListener("visibilitychange", tell),
  };
};
