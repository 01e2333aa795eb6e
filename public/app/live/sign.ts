/** The sign in the call that others watch it. */
import type { Call, LiveInfo } from "../../sdk/index.js";
import type { Parts } from "../dom.js";
import { liveNews, viewLives } from "./news.js";

/** `tell` shows people a sentence. */
export const setUpLive = (
  parts: Parts,
  call: Call,
  tell: (sentence: string) => void,
): void => {
  const sign = parts.text("live-sign");
  let before: readonly LiveInfo[] | undefined;
  const render = (lives: readonly LiveInfo[]): void => {
    const { shown, busy } = viewLives(lives);
    sign.hidden = !shown;
    sign.classList.toggle("busy", busy);
    sign.textContent = busy ? "Going live…" : "Live";
    liveNews(before, lives).forEach(tell);
    before = lives;
  };
  call.on("live", render);
};
