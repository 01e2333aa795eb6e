import type { CallEnd } from "../sdk/index.js";
import { cloneTemplate, showScreen } from "./dom.js";
import { endingText } from "./ending-text.js";

/** Says why the call is over. Resolves, with the PIN if one was asked for, when "join again" is pressed. */
export const showEnded = (end: CallEnd): Promise<string | undefined> => {
  const parts = cloneTemplate("ended");
  const { title, text } = endingText(end);
  parts.text("title").textContent = title;
  parts.text("text").textContent = text;
  const asksPin = end.error?.code === "wrong-pin";
  const pin = parts.get("pin", HTMLInputElement);
  parts.text("pin-field").hidden = !asksPin;
  showScreen(parts);
  (asksPin ? pin : parts.text("title")).focus();
  return new Promise((resolve) => {
    parts.get("form", HTMLFormElement).onsubmit = (event) => {
      event.preventDefault();
      resolve(pin.value.trim() || undefined);
    };
  });
};
