/** What dialogs are made of. Markup is in index.html; what is shown is set again whenever the room changes, and keeps its focus. */
import { cloneTemplate } from "../dom.js";

export type Choice = { value: string; label: string };

type Named = {
  /** For tests and styles. */
  id: string;
  label: string;
  note?: string;
};

const words = (template: string, { id, label, note = "" }: Named) => {
  const parts = cloneTemplate(template);
  parts.root.dataset.row = id;
  parts.text("label").textContent = label;
  const small = parts.text("note");
  small.textContent = note;
  return { ...parts, small };
};

export type SwitchRow = {
  root: HTMLElement;
  set(checked: boolean, disabled?: boolean): void;
};

export const switchRow = (
  named: Named,
  act: (checked: boolean) => void,
): SwitchRow => {
  const { root, get } = words("row-switch", named);
  const input = get("input", HTMLInputElement);
  input.onchange = () => act(input.checked);
  return {
    root,
    set: (checked, disabled = false) => {
      input.checked = checked;
      input.disabled = disabled;
    },
  };
};

export type SelectRow = {
  root: HTMLElement;
  readonly value: string;
  /** Keeps what is chosen if `chosen` is left out and it is still there. */
  set(choices: readonly Choice[], chosen?: string): void;
};

export const selectRow = (
  named: Named,
  act: (value: string) => void = () => undefined,
): SelectRow => {
  const { root, get } = words("row-select", named);
  const select = get("input", HTMLSelectElement);
  let shown = "";
  select.onchange = () => act(select.value);
  return {
    root,
    get value() {
      return select.value;
    },
    set: (choices, chosen = select.value) => {
      const now = JSON.stringify(choices);
      if (now !== shown)
        select.replaceChildren(
          ...choices.map(({ value, label }) => new Option(label, value)),
        );
      shown = now;
      const isThere = choices.some(({ value }) => value === chosen);
      select.value = isThere ? chosen : (choices[0]?.value ?? "");
    },
  };
};

export type FieldRow = { root: HTMLElement; input: HTMLInputElement };

/** A line of text, or with `type` something else that an input takes. */
export const fieldRow = (
  named: Named & { placeholder?: string; type?: string; maxLength?: number },
): FieldRow => {
  const { root, get } = words("row-field", named);
  const input = get("input", HTMLInputElement);
  input.type = named.type ?? "text";
  input.placeholder = named.placeholder ?? "";
  if (named.maxLength !== undefined) input.maxLength = named.maxLength;
  return { root, input };
};

export const button = (
  id: string,
  label: string,
  act: () => void,
  kind: "primary" | "quiet" | "danger" = "quiet",
): HTMLButtonElement => {
  const made = document.createElement("button");
  made.type = "button";
  made.className = kind === "danger" ? "primary danger" : kind;
  made.dataset.row = id;
  made.textContent = label;
  made.onclick = act;
  return made;
};

export const paragraph = (text = ""): HTMLElement => {
  const made = document.createElement("p");
  made.className = "menu-small";
  made.textContent = text;
  return made;
};

/** Buttons beside each other. */
export const actions = (...buttons: HTMLElement[]): HTMLElement => {
  const made = document.createElement("div");
  made.className = "dialog-actions";
  made.append(...buttons);
  return made;
};

/** What belongs together, under its name. */
export const section = (
  title: string,
  ...content: HTMLElement[]
): HTMLElement => {
  const parts = cloneTemplate("dialog-section");
  parts.text("title").textContent = title;
  parts.text("content").append(...content);
  return parts.root;
};

/** Elements for things that come and go: each thing keeps its element while it is there. */
export const createList = <Thing>(
  place: HTMLElement,
  keyOf: (thing: Thing) => string,
  create: (thing: Thing) => { root: HTMLElement; update(thing: Thing): void },
): ((things: readonly Thing[]) => void) => {
  const rows = new Map<string, ReturnType<typeof create>>();
  return (things) => {
    const keys = new Set(things.map(keyOf));
    for (const [key, { root }] of rows)
      if (!keys.has(key)) {
        root.remove();
        rows.delete(key);
      }
    for (const thing of things) {
      const key = keyOf(thing);
      const row = rows.get(key) ?? create(thing);
      if (!rows.has(key)) place.append(row.root);
      rows.set(key, row);
      row.update(thing);
    }
  };
};
