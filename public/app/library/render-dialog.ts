/** The form for another file of a recording. Loaded when it is wanted. */
import type { Parts } from "../dom.js";
import { LAYOUTS } from "../layout-text.js";
import type { LibraryApi } from "./api.js";
import { open, saying } from "./dialogs.js";
import {
  CANVASES,
  formatsFor,
  hasPicture,
  hintOf,
  requestOf,
  type Choice,
} from "./render-text.js";
import { lengthText, type Recorded } from "./text.js";

const AS_IT_WAS = "As it was";

const fillSelect = (
  parts: Parts,
  part: string,
  options: readonly (readonly [value: string, label: string])[],
): HTMLSelectElement => {
  const select = parts.get(part, HTMLSelectElement);
  const items = options.map(([value, label]) => new Option(label, value));
  select.replaceChildren(...items);
  return select;
};

const createPerson = (id: string, name: string): HTMLElement => {
  const label = document.createElement("label");
  const box = document.createElement("input");
  const text = document.createElement("span");
  box.type = "checkbox";
  box.checked = true;
  box.value = id;
  text.textContent = name;
  label.append(box, text);
  return label;
};

const boxesIn = (parts: Parts): HTMLInputElement[] => [
  ...parts.text("people").querySelectorAll("input"),
];

const readChoice = (parts: Parts): Choice => {
  const chosen = (part: string) => parts.get(part, HTMLSelectElement).value;
  const typed = (part: string) => parts.get(part, HTMLInputElement).value;
  const boxes = boxesIn(parts);
  const stay = boxes.filter(({ checked }) => checked);
  return {
    ...{ format: chosen("format"), layout: chosen("layout") },
    ...{ canvas: chosen("canvas"), from: typed("from"), to: typed("to") },
    people: stay.map(({ value }) => value),
    everybody: boxes.map(({ value }) => value),
  };
};

const fill = (parts: Parts, recorded: Recorded): void => {
  const { tracks = [], duration } = recorded;
  const format = fillSelect(
    parts,
    "format",
    formatsFor(recorded, tracks).map(
      (one) =>
        [one.format, `${one.label} (${one.format.toUpperCase()})`] as const,
    ),
  );
  format.value = recorded.format;
  fillSelect(parts, "layout", [
    ["", AS_IT_WAS],
    ...LAYOUTS.map(({ layout, label }) => [layout, label] as const),
  ]);
  fillSelect(parts, "canvas", [
    ["", AS_IT_WAS],
    ...CANVASES.map(({ canvas, label }) => [canvas, label] as const),
  ]);
  parts
    .text("people")
    .append(
      ...tracks.map(({ participant, name }) => createPerson(participant, name)),
    );
  parts.text("people-box").hidden = tracks.length < 2;
  parts.text("without-tracks").hidden = tracks.length > 0;
  parts.get("from", HTMLInputElement).placeholder = "0:00";
  parts.get("to", HTMLInputElement).placeholder = lengthText(duration);
  const show = (): void => {
    const composes = hasPicture(format.value) && tracks.length > 0;
    parts.text("picture-box").hidden = !composes;
    parts.text("hint").textContent = hintOf(readChoice(parts));
  };
  parts.get("render-form", HTMLFormElement).oninput = show;
  show();
};

/** Asks what it is to be. `onAsked`: the server has begun. */
export const openRender = (
  api: LibraryApi,
  recorded: Recorded,
  onAsked: () => void,
): void => {
  const { parts, dialog } = open("render-dialog");
  const say = saying(parts);
  fill(parts, recorded);
  const make = async (): Promise<void> => {
    await api.render(recorded.id, requestOf(readChoice(parts)));
    dialog.close();
    onAsked();
  };
  parts.get("render-form", HTMLFormElement).onsubmit = (event) => {
    if ((event.submitter as HTMLButtonElement | null)?.value !== "make") return;
    event.preventDefault();
    const button = parts.button("render-make");
    button.disabled = true;
    void make()
      .catch(say)
      .finally(() => (button.disabled = false));
  };
};
