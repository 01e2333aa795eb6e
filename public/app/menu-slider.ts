import { cloneTemplate } from "./dom.js";

export type MenuSlider = {
  /** For tests and styles. */
  id: string;
  label: string;
  /** A share: 1 is where nothing is changed, the middle. */
  value: number;
  /** It was moved, perhaps by a pixel of many. */
  set: (value: number) => void;
};

const percent = (value: number): string => `${Math.round(100 * value)} %`;

/** A slider from 0 to 200 per cent, with its name and value. */
export const createSlider = ({
  id,
  label,
  value,
  set,
}: MenuSlider): HTMLElement => {
  const parts = cloneTemplate("menu-slider");
  const input = parts.get("input", HTMLInputElement);
  const shown = parts.text("value");
  const show = (share: number): void => {
    shown.textContent = percent(share);
    input.setAttribute("aria-valuetext", percent(share));
  };
  input.dataset.item = id;
  parts.text("label").textContent = label;
  input.value = String(100 * value);
  show(value);
  input.oninput = () => {
    const share = Number(input.value) / 100;
    show(share);
    set(share);
  };
  return parts.root;
};
