import {
  createCall,
  type Call,
  type CallEnd,
  type RecordingInfo,
} from "../sdk/index.js";
import { setUpControls } from "./controls.js";
import type { Devices } from "./devices.js";
import { cloneTemplate, showScreen, type Parts } from "./dom.js";
import { setUpInvite } from "./invite.js";
import { createMixView } from "./mix-view.js";
import { clearNotices, notify } from "./notices.js";
import { createPeople } from "./people.js";
import { setUpPicture } from "./picture.js";
import { loadQuality } from "./quality.js";
import { watchFor } from "./quality-text.js";
import { setUpLive } from "./live/sign.js";
import { recordingNews, viewRecordings } from "./recordings.js";
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

/** What the server refuses is said in its own words. */
const tell = (error: unknown): void =>
  notify(error instanceof Error ? error.message : String(error));

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

const setUpPeople = (parts: Parts, call: Call): void => {
  const people = createPeople(parts.text("participants"), {
    mute: (id) => void call.moderate(id, { muted: true }).catch(tell),
    remove: (id) => void call.remove(id).catch(tell),
  });
  const render = (): void => {
    const { participants, self, role, title, room } = call.room();
    people.render({ participants, self, moderator: role === "moderator" });
    parts.text("count").textContent = String(participants.length);
    parts.text("room").textContent = title || room;
    parts.button("mute-all").hidden =
      role !== "moderator" || participants.length < 2;
    // The server lets moderators record.
    parts.button("record").hidden = role !== "moderator";
  };
  parts.button("mute-all").onclick = () => {
    const { self } = call.room();
    call.muteAll(self === undefined ? [] : [self]).catch(tell);
  };
  call.on("participants", render);
  call.on("joined", render);
};

const setUpRecording = (parts: Parts, call: Call): void => {
  const button = parts.button("record");
  let before: readonly RecordingInfo[] | undefined;
  const render = (recordings: readonly RecordingInfo[]): void => {
    const { running, paused, finishing } = viewRecordings(recordings);
    const sign = parts.text("recording-sign");
    sign.hidden = !running;
    sign.classList.toggle("paused", paused);
    parts.text("recording-text").textContent = paused
      ? "Recording paused"
      : "Recording";
    button.setAttribute("aria-pressed", String(running));
    button.disabled = finishing && !running;
    parts.text("record-text").textContent = running
      ? "Stop"
      : finishing
        ? "Finishing…"
        : "Record";
    recordingNews(before, recordings).forEach(notify);
    before = recordings;
  };
  call.on("recording", render);
  button.onclick = (event) => {
    if (event.detail > 0) button.blur();
    const { running } = viewRecordings(call.room().recordings);
    call.record(running ? "stopped" : "recording").catch(tell);
  };
};

const setUpModeration = (call: Call, devices: Devices): void => {
  call.on("moderated", ({ muted, camera }) => {
    if (muted) {
      void devices.microphone.setOn(false);
      notify("A moderator muted you. Unmute when you want to speak.");
    }
    if (camera === false) {
      void devices.camera.setOn(false);
      notify("A moderator switched your camera off.");
    }
  });
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
  setUpStatus(parts, call);
  setUpPeople(parts, call);
  setUpRecording(parts, call);
  setUpLive(parts, call, notify);
  setUpModeration(call, devices);
  setUpInvite(parts);
  const stops = [
    setUpMix(parts, call, devices),
    setUpControls(parts, call, devices),
    setUpPicture(parts, call),
  ];
  call.on("error", tell);
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
