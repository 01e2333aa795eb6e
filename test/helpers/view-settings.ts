import type { ViewSettings } from "../../mixer/contract.js";

/** What a room's main view is if nothing is said. */
export const MAIN_VIEW: ViewSettings = {
  width: 1280,
  height: 720,
  fps: 30,
  layout: "grid",
  autoShare: true,
  temperament: "normal",
  labels: "on",
  page: 0,
};
