import type { Call } from "../sdk/index.js";
import { ask } from "./ask.js";
import type { Parts } from "./dom.js";
import {
  bindMenu,
  type MenuContent,
  type MenuItem,
  type Menus,
} from "./menu.js";
import { loadPreferences, savePreferences } from "./preferences.js";
import {
  choiceOf,
  isComing,
  formatQualityChoice,
  parseQualityChoice,
  qualityDetail,
  qualitySign,
  qualityWord,
  RENDITION_TEXT,
  RENDITIONS,
  SAVER_TEXT,
  watchFor,
  type QualityChoice,
} from "./quality-text.js";

/** The quality that was chosen on this device. */
export const loadQuality = (): QualityChoice =>
  parseQualityChoice(loadPreferences().quality);

const qualityMenu = (
  call: Call,
  choose: (choice: QualityChoice) => void,
): MenuContent => {
  const chosen = choiceOf(call.watching());
  const renditions = RENDITIONS.map((rendition): MenuItem => ({
    id: rendition,
    ...RENDITION_TEXT[rendition],
    kind: "choice",
    checked: chosen.rendition === rendition,
    act: () => choose({ ...chosen, rendition }),
  }));
  const saver: MenuItem = {
    id: "saver",
    ...SAVER_TEXT,
    kind: "switch",
    checked: chosen.saver,
    act: () => choose({ ...chosen, saver: !chosen.saver }),
  };
  return {
    title: "Quality of what you receive",
    items: [...renditions, saver],
    note: qualityDetail(call.room().quality),
  };
};

/** The button that says what is received, its menu, and the sign for when there is no moving picture. */
export const setUpQuality = (parts: Parts, call: Call, menus: Menus): void => {
  const button = parts.button("quality");
  const sign = parts.text("quality-sign");
  const choose = (choice: QualityChoice): void => {
    savePreferences({ quality: formatQualityChoice(choice) });
    void ask(call.watch(watchFor(choice)));
  };
  bindMenu(menus, button, () => qualityMenu(call, choose));
  const render = (): void => {
    const { quality } = call.room();
    const word = qualityWord(quality);
    parts.text("quality-text").textContent = word;
    button.setAttribute(
      "aria-label",
      quality === undefined ? "Quality" : `Quality: ${word}`,
    );
    const { rendition } = call.watching();
    const text = qualitySign(quality, rendition);
    sign.hidden = text === undefined;
    if (text !== undefined && sign.textContent !== text)
      sign.textContent = text;
    parts.root.dataset.rung = isComing(quality, rendition)
      ? ""
      : (quality?.rung ?? "");
  };
  call.on("quality", render);
  call.on("watch", render);
  call.on("joined", render);
  render();
};
