import type { Call, ParticipantInfo } from "../sdk/index.js";
import type { Parts } from "./dom.js";
import { notify } from "./notices.js";
import { canShareScreens, captureScreen, type Screen } from "./screen.js";
import { shareProblem, sharingNews } from "./share-text.js";

const stopScreen = ({ picture, sound }: Screen): void => {
  picture.stop();
  sound?.stop();
};

const renderShare = (parts: Parts, sharing: boolean): void => {
  const button = parts.button("share");
  button.setAttribute("aria-pressed", String(sharing));
  parts.text("share-text").textContent = sharing ? "Stop sharing" : "Share";
  parts.text("share-sign").hidden = !sharing;
};

/** Tells who begins to share; whoever comes is told by the picture itself. */
const announceSharing = (call: Call): void => {
  let before: readonly ParticipantInfo[] | undefined;
  call.on("participants", (now) => {
    const { self } = call.room();
    if (before !== undefined) sharingNews(before, now, self).forEach(notify);
    before = now;
  });
};

/** The share button, and the sign that reminds one of it. The returned function ends a share. */
export const setUpSharing = (parts: Parts, call: Call): (() => void) => {
  const button = parts.button("share");
  let screen: Screen | undefined;
  let asking = false;

  const stop = (): void => {
    const stopped = screen;
    screen = undefined;
    if (stopped === undefined) return;
    call.stopShare();
    stopScreen(stopped);
    renderShare(parts, false);
  };
  const start = async (): Promise<void> => {
    if (asking) return;
    asking = true;
    try {
      screen = await captureScreen();
      await call.share(screen.picture, screen.sound);
      renderShare(parts, true);
    } catch (error) {
      stop();
      const problem = shareProblem(error);
      if (problem !== undefined) notify(problem);
    } finally {
      asking = false;
    }
  };
  button.hidden = !canShareScreens();
  button.onclick = (event) => {
    if (event.detail > 0) button.blur();
    if (screen === undefined) void start();
    else stop();
  };
  parts.button("stop-share").onclick = stop;
  // Ended by the browser's own button, refused, or ended by a moderator.
  call.on("status", ({ share }) => {
    if (share === "idle" && !asking) stop();
  });
  announceSharing(call);
  return stop;
};
