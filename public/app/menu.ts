import { cloneTemplate, setIcon, type Parts } from "./dom.js";
import { placeMenu, type Box } from "./geometry.js";
import { createSlider, type MenuSlider } from "./menu-slider.js";

export type MenuItem = {
  /** For tests and styles. */
  id: string;
  label: string;
  note?: string;
  /** Of index.html's symbols, without `i-`. */
  icon?: string;
  /** One of several, or on and off; left out for an action. */
  kind?: "choice" | "switch";
  checked?: boolean;
  disabled?: boolean;
  /** A switch that belongs to what is chosen next: the menu stays open. */
  stays?: boolean;
  /** What it says after the first press, when a second one is needed. */
  confirm?: string;
  act: () => void;
};

export type MenuContent = {
  title: string;
  /** Above the items. */
  sliders?: readonly MenuSlider[];
  items: readonly MenuItem[];
  /** A few sentences below the items. */
  note?: string;
};

export type Menus = {
  /**
   * Opens it beside the anchor, in place of one that is open. Focus goes into it, and afterwards back to the opener if
   * that was reached by keyboard; after a click the space bar shall talk.
   */
  open(content: MenuContent, opener: HTMLElement, anchor: Box): void;
  /** Whether it is this element's menu that is open. */
  isOpenFor(opener: HTMLElement): boolean;
  close(): void;
};

const ROLES = {
  choice: "menuitemradio",
  switch: "menuitemcheckbox",
} as const satisfies Record<NonNullable<MenuItem["kind"]>, string>;

const createItem = (item: MenuItem, close: () => void): HTMLElement => {
  const parts = cloneTemplate("menu-item");
  const { root } = parts;
  const label = parts.text("label");
  root.dataset.item = item.id;
  label.textContent = item.label;
  parts.text("note").textContent = item.note ?? "";
  parts.get("icon-box", SVGElement).classList.toggle("gone", !item.icon);
  if (item.icon !== undefined) setIcon(parts, "icon", item.icon);
  if (item.kind !== undefined) {
    root.setAttribute("role", ROLES[item.kind]);
    root.setAttribute("aria-checked", String(item.checked === true));
  }
  root.classList.toggle("danger", item.confirm !== undefined);
  if (item.disabled) root.setAttribute("aria-disabled", "true");
  root.onclick = () => {
    if (item.disabled) return;
    if (item.confirm !== undefined && root.dataset.armed === undefined) {
      root.dataset.armed = "";
      label.textContent = item.confirm;
      return;
    }
    if (item.stays) {
      const on = root.getAttribute("aria-checked") === "true";
      root.setAttribute("aria-checked", String(!on));
    } else close();
    item.act();
  };
  return root;
};

const createMenu = (content: MenuContent, close: () => void): Parts => {
  const parts = cloneTemplate("menu");
  parts.text("title").textContent = content.title;
  const items = parts.text("items");
  items.setAttribute("aria-label", content.title);
  items.append(...content.items.map((item) => createItem(item, close)));
  parts.text("sliders").append(...(content.sliders ?? []).map(createSlider));
  const note = parts.text("menu-note");
  note.textContent = content.note ?? "";
  note.hidden = !content.note;
  return parts;
};

const itemsOf = (root: HTMLElement): HTMLElement[] => [
  ...root.querySelectorAll<HTMLElement>("[data-item]"),
];

/** Which item a key goes to: `at` is the one that has focus, -1 for none. */
const STEPS: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowDown: (at, count) => (at + 1) % count,
  ArrowUp: (at, count) => (Math.max(at, 0) + count - 1) % count,
  Home: () => 0,
  End: (_at, count) => count - 1,
};

const onMenuKey = (
  event: KeyboardEvent,
  root: HTMLElement,
  close: () => void,
): void => {
  const items = itemsOf(root);
  // A slider has these keys for itself.
  const slides = event.target instanceof HTMLInputElement;
  const step =
    slides && !event.key.startsWith("Arrow") ? undefined : STEPS[event.key];
  if (step !== undefined) {
    const at = items.findIndex((item) => item === document.activeElement);
    items[step(at, items.length)]?.focus();
    event.preventDefault();
  }
  if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    close();
  }
};

const putBeside = (root: HTMLElement, anchor: Box): void => {
  const { width, height } = root.getBoundingClientRect();
  const place = placeMenu(
    anchor,
    { width, height },
    {
      width: innerWidth,
      height: innerHeight,
    },
  );
  root.style.left = `${place.x}px`;
  root.style.top = `${place.y}px`;
};

/** Ends what is open when something else is pressed, or the window changes. */
const closeWithPage = (
  root: HTMLElement,
  opener: HTMLElement,
  close: () => void,
): AbortController => {
  const ending = new AbortController();
  const { signal } = ending;
  const outside = ({ target }: Event): void => {
    // The opener's own press closes it.
    const inside =
      target instanceof Node &&
      (root.contains(target) || opener.contains(target));
    if (!inside) close();
  };
  addEventListener("pointerdown", outside, { signal, capture: true });
  addEventListener("resize", close, { signal });
  return ending;
};

/** What is not shown has no place of its own. */
const isShown = (element: HTMLElement): boolean =>
  element.getClientRects().length > 0;

/** The page's menus, one at a time, in `place`; those of buttons that are not shown are at `elsewhere`. */
export const createMenus = (
  place: HTMLElement,
  elsewhere: HTMLElement,
): Menus => {
  let current:
    | {
        root: HTMLElement;
        opener: HTMLElement;
        ending: AbortController;
        byKeyboard: boolean;
      }
    | undefined;

  const close = (): void => {
    if (current === undefined) return;
    const { root, opener, ending, byKeyboard } = current;
    current = undefined;
    ending.abort();
    const returns = byKeyboard && root.contains(document.activeElement);
    root.remove();
    opener.setAttribute("aria-expanded", "false");
    if (returns && opener.isConnected)
      (isShown(opener) ? opener : elsewhere).focus();
  };
  return {
    open: (content, opener, anchor) => {
      close();
      const { root } = createMenu(content, close);
      root.onkeydown = (event) => onMenuKey(event, root, close);
      place.append(root);
      const shown = isShown(opener);
      putBeside(root, shown ? anchor : elsewhere.getBoundingClientRect());
      opener.setAttribute("aria-expanded", "true");
      const byKeyboard = opener.matches(":focus-visible") || !shown;
      const ending = closeWithPage(root, opener, close);
      current = { root, opener, ending, byKeyboard };
      const items = itemsOf(root);
      const checked = items.find(
        (item) =>
          item.role === ROLES.choice &&
          item.getAttribute("aria-checked") === "true",
      );
      (checked ?? items[0])?.focus();
    },
    isOpenFor: (opener) => current?.opener === opener,
    close,
  };
};

/** A button's press opens its menu, or closes it; `read` says what is in it now. */
export const toggleMenu = (
  menus: Menus,
  button: HTMLElement,
  read: () => MenuContent | undefined,
): void => {
  if (menus.isOpenFor(button)) return menus.close();
  const content = read();
  if (content !== undefined)
    menus.open(content, button, button.getBoundingClientRect());
};

export const bindMenu = (
  menus: Menus,
  button: HTMLElement,
  read: () => MenuContent,
): void => {
  button.onclick = () => toggleMenu(menus, button, read);
};
