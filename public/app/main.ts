import { holdConference } from "./conference.js";
import { createDevices } from "./devices.js";
import { showEnded } from "./ended.js";
import { showLobby } from "./lobby.js";
import { roomOfLivePath } from "./live/text.js";
import { loadPreferences, savePreferences } from "./preferences.js";
import { showPrejoin } from "./prejoin.js";
import { roomOfPath } from "./rooms.js";

/** From the door through the call, and again as often as somebody joins again. */
const visitRoom = async (room: string): Promise<void> => {
  const wishes = new URLSearchParams(location.search);
  const token = wishes.get("token") ?? undefined;
  let name = wishes.get("name")?.trim() || loadPreferences().name;
  // Without a name there is a question to ask first.
  let atTheDoor = wishes.get("autojoin") !== "1" || name === "";
  let pin: string | undefined;
  let wanted = { microphone: true, camera: true };
  document.title = `${room} · Tutti`;

  for (;;) {
    const devices = createDevices(wanted);
    // Nobody waits for it: the call can begin while the browser still asks.
    void devices.start();
    if (atTheDoor) {
      name = await showPrejoin(room, name, devices);
      savePreferences({ name });
    }
    const end = await holdConference({ room, name, devices, pin, token });
    wanted = {
      microphone: devices.microphone.wanted,
      camera: devices.camera.wanted,
    };
    devices.close();
    pin = await showEnded(end);
    atTheDoor = false;
  }
};

const room = roomOfPath(location.pathname);
const watched = roomOfLivePath(location.pathname);
const [, place, part] =
  /^\/(recordings|s)\/([^/]+)$/.exec(location.pathname) ?? [];
if (location.pathname === "/recordings")
  void import("./library/page.js").then(({ showLibrary }) => showLibrary());
else if (part !== undefined)
  void import("./library/recording-page.js").then((page) =>
    place === "s" ? page.showShared(part) : page.showRecording(part),
  );
else if (watched !== undefined)
  // Only viewers need the player, which is larger than the rest of the page.
  void import("./live/page.js").then(({ showLive }) => showLive(watched));
else if (room === undefined) showLobby();
else void visitRoom(room);

// A page that comes back from the browser's memory has lost its call.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) location.reload();
});
