import type { Call } from "../sdk/index.js";
import type { Devices } from "./devices.js";
import { notify } from "./notices.js";

/** What a moderator, or a server that is full, does to one's devices: they are switched off here too, and one is told why. */
export const setUpModeration = (call: Call, devices: Devices): void => {
  call.on("moderated", ({ muted, camera, sharing }) => {
    if (muted) {
      void devices.microphone.setOn(false);
      notify("A moderator muted you. Unmute when you want to speak.");
    }
    if (camera === false) {
      void devices.camera.setOn(false);
      notify("A moderator switched your camera off.");
    }
    if (sharing === false) notify("A moderator ended your shared screen.");
  });
  call.on("cameraRefused", () => {
    void devices.camera.setOn(false);
    notify(
      "The server is full and takes no further camera. Yours is off; you can be heard. Try again later.",
    );
  });
};
