/**
 * What tests put into a page before its own script runs: devices that are a tone and a colour, and instruments for
 * what the page plays. `browser.ts` bundles this file into one script.
 */
import { endScreen, replaceDevices } from "./devices.js";
import { levels, sides } from "./hear.js";
import { whep, whip } from "./http.js";
import {
  milestones,
  replaceSockets,
  sent,
  sockets,
  soundLevel,
  stats,
} from "./peers.js";
import { colour, contrast } from "./see.js";

const tools = {
  levels,
  sides,
  colour,
  contrast,
  stats,
  sent,
  soundLevel,
  endScreen,
  milestones,
  whep,
  whip,
  closeSockets: (): void => {
    for (const socket of sockets) socket.close();
  },
};

export type PageTools = typeof tools;

declare global {
  interface Window {
    tools: PageTools;
  }
}

replaceDevices();
replaceSockets();
window.tools = tools;
