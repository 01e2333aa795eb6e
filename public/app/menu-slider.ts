import { cloneTemplate } from "./dom.js";

export type MenuSlider = {
  /** For tests and styles. */
  id: string;
  label: string;
  value: number;
  /** By default 0 to 2, where 1 is the middle that changes nothing. */
  min?: number;
  max?: number;
  /** The value for people; by default in per cent. */
  text?: (value: number) => string;
  /** It was moved, perhaps by a pixel of many. */
  set: (value: number) => void;
};

const percent = (value: number): string => `${Math.round(100 * value)} %`;

/** How far it goes with one press of a key. */
const STEP = 0.05;

/** A slider with its name and value. */
export const createSlider = ({
  id,
  label,
  value,
  min = 0,
  max = 2,
  text = percent,
  set,
}: MenuSlider): HTMLElement => {
  const parts = cloneTemplate("menu-slider");
  const input = parts.get("input", HTMLInputElement);
  const shown = parts.text("value");
  const show = (now: number): void => {
    shown.textContent = text(now);
    input.setAttribute("aria-valuetext", text(now));
  };
  input.dataset.item = id;
  parts.text("label").textContent = label;
  // In hundredths: what a browser adds up of fractions is no share any more.
  input.min = String(100 * min);
  input.max = String(100 * max);
  input.step = String(100 * STEP);
  input.value = String(100 * value);
  show(value);
  input.oninput = () => {
    const now = Number(input.value) / 100;
    show(now);
    set(now);
  };
  return parts.root;
};
