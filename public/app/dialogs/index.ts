/** The moderators' dialogs, one at a time. Loaded with the first that is opened. */
import "./dialogs.css";
import { cloneTemplate } from "../dom.js";
import type { Dialog, DialogName, DialogOptions } from "./dialog.js";
import { fillBroadcast } from "./broadcast.js";
import { fillPlay } from "./play.js";
import { fillRoom } from "./room.js";
import { fillRouting } from "./routing.js";
import { fillRtp } from "./rtp.js";

const DIALOGS: Readonly<
  Record<DialogName, { title: string; fill: (dialog: Dialog) => void }>
> = {
  broadcast: { title: "Broadcast", fill: fillBroadcast },
  play: { title: "Play sounds and films", fill: fillPlay },
  routing: { title: "Who hears whom", fill: fillRouting },
  rtp: { title: "Phones and RTP", fill: fillRtp },
  room: { title: "The room", fill: fillRoom },
};

/** Opens it over the call. The returned function closes it. */
export const openDialog = (
  name: DialogName,
  { place, call, token }: DialogOptions,
): (() => void) => {
  const { title, fill } = DIALOGS[name];
  const parts = cloneTemplate("dialog");
  const dialog = parts.root as HTMLDialogElement;
  const problem = parts.text("problem");
  const stops: (() => void)[] = [];
  parts.text("title").textContent = title;
  dialog.dataset.dialog = name;
  fill({
    ...{ call, token, body: parts.text("body") },
    ask: async (asked) => {
      problem.hidden = true;
      try {
        await asked;
        return true;
      } catch (error) {
        problem.hidden = false;
        problem.textContent =
          error instanceof Error ? error.message : String(error);
        return false;
      }
    },
    follow: (events, render) => {
      for (const event of events) stops.push(call.on(event, render));
      render();
    },
    onClose: (stop) => void stops.push(stop),
  });
  parts.button("close").onclick = () => dialog.close();
  dialog.onclose = () => {
    for (const stop of stops) stop();
    dialog.remove();
  };
  place.append(dialog);
  dialog.showModal();
  return () => dialog.close();
};
