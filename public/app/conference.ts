import { createCall, type Call, type CallEnd } from "../sdk/index.js";
import { setUpChat } from "./chat.js";
import { setUpControls } from "./controls.js";
import type { Devices } from "./devices.js";
import { createDialogs } from "./dialogs.js";
import { cloneTemplate, showScreen, type Parts } from "./dom.js";
import { setUpHearing } from "./hearing.js";
import { setUpInvite } from "./invite.js";
import { setUpListening } from "./listening.js";
import { createMixView } from "./mix-view.js";
import { clearNotices, notify } from "./notices.js";
import { createMenus } from "./menu.js";
import { setUpModeration } from "./moderation.js";
import { setUpMore } from "./more-menu.js";
import { createPanels } from "./panels.js";
import { setUpPeople } from "./people-panel.js";
import { setUpPicture } from "./picture.js";
import { loadQuality } from "./quality.js";
import { watchFor } from "./quality-text.js";
import { setUpRecording } from "./record-button.js";
import { setUpLive } from "./live/sign.js";
import { statusText } from "./status.js";

export type ConferenceOptions = {
  room: string;
  name: string;
  devices: Devices;
  pin?: string;
  /** Access token from the page's address. */
  token?: string;
};

const socketUrl = (): string =>
  `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`;

const setUpStatus = (parts: Parts, call: Call): void => {
  const status = parts.text("status");
  const render = (): void => {
    const { overload } = call.room();
    const { level, text } = statusText(call.status(), overload.level);
    status.dataset.level = level;
    if (status.textContent !== text) status.textContent = text;
    parts.text("stage-text").textContent =
      level === "good" ? "Waiting for the picture…" : text;
  };
  call.on("status", render);
  call.on("overload", render);
  render();
};

/** The mix in its element, on the chosen loudspeaker. The returned function ends it. */
const setUpMix = (parts: Parts, call: Call, devices: Devices): (() => void) => {
  const view = createMixView(
    parts.get("mix", HTMLVideoElement),
    parts.button("tap"),
    () => {
      parts.text("stage-note").hidden = true;
    },
  );
  const followSpeaker = (): void => view.setSpeaker(devices.speaker());
  call.on("mix", view.setMix);
  followSpeaker();
  const stop = devices.onChange(followSpeaker);
  return () => {
    stop();
    view.close();
  };
};

/** The call's page, from joining to its end, which it resolves with. */
export const holdConference = (
  options: ConferenceOptions,
): Promise<CallEnd> => {
  const { room, name, devices, pin, token } = options;
  const parts = cloneTemplate("call");
  const watch = watchFor(loadQuality());
  const call = createCall({ url: socketUrl(), room, name, pin, token, watch });
  parts.text("room").textContent = room;
  const menus = createMenus(parts.root, parts.button("more"));
  const panels = createPanels(parts);
  setUpStatus(parts, call);
  setUpRecording(parts, call, menus);
  setUpHearing(parts, call, menus);
  setUpLive(parts, call, notify);
  setUpModeration(call, devices);
  setUpListening(parts, call, devices);
  setUpChat(parts, call, panels);
  setUpInvite(parts);
  const controls = setUpControls(parts, call, devices);
  const dialogs = createDialogs(parts, call, token);
  setUpMore(parts, call, menus, {
    ...dialogs,
    settings: controls.openSettings,
  });
  const stops = [
    setUpMix(parts, call, devices),
    controls.stop,
    setUpPeople(parts, call, panels, menus),
    setUpPicture(parts, call, menus),
    menus.close,
    panels.close,
    dialogs.close,
  ];
  call.on("error", ({ message }) => notify(message));
  showScreen(parts);

  const leave = (): void => call.leave();
  addEventListener("pagehide", leave);
  return new Promise((resolve) => {
    call.on("closed", (end) => {
      removeEventListener("pagehide", leave);
      for (const stop of stops) stop();
      clearNotices();
      resolve(end);
    });
    // A refusal is the end, and `closed` tells it.
    call.join().catch(() => undefined);
  });
};
