import { selfIn, type Call, type RecordingInfo } from "../sdk/index.js";
import { ask } from "./ask.js";
import type { Parts } from "./dom.js";
import { bindMenu, type MenuContent, type Menus } from "./menu.js";
import { notify } from "./notices.js";
import { FORMATS, recordingSign } from "./record-text.js";
import { recordingNews, runningOf, viewRecordings } from "./recordings.js";

const wordFor = (running: boolean, finishing: boolean): string =>
  running ? "Recording" : finishing ? "Finishing…" : "Record";

/** What was chosen for recordings that begin, as long as the page is open. */
type Wish = { ownSound: boolean };

const startMenu = (call: Call, wish: Wish): MenuContent => ({
  title: "Record the call",
  items: [
    ...FORMATS.map(({ format, label, note, picture }) => ({
      id: `record-${format}`,
      label,
      note,
      icon: picture ? "record" : "sound",
      act: () => {
        const tracks = wish.ownSound ? "audio" : undefined;
        void ask(call.record("recording", format, tracks));
      },
    })),
    {
      id: "record-own",
      label: "Also keep everybody's own sound",
      note: "A file for each, to edit later",
      icon: "sound",
      kind: "switch",
      checked: wish.ownSound,
      stays: true,
      act: () => {
        wish.ownSound = !wish.ownSound;
      },
    },
  ],
  note: "Everybody is told. Whoever does not want to be recorded is left out.",
});

const runningMenu = (
  call: Call,
  running: readonly RecordingInfo[],
  paused: boolean,
): MenuContent => ({
  title: recordingSign(running, paused),
  items: [
    {
      id: "record-pause",
      label: paused ? "Go on recording" : "Pause recording",
      note: paused ? "" : "The file will have no gap",
      icon: paused ? "play" : "pause",
      act: () => void ask(call.record(paused ? "recording" : "paused")),
    },
    {
      id: "record-stop",
      label: "Stop recording",
      icon: "stop",
      act: () => void ask(call.record("stopped")),
    },
  ],
  note: running.flatMap(({ reason }) => reason ?? []).join(" "),
});

const menuNow = (call: Call, wish: Wish): MenuContent => {
  const { recordings } = call.room();
  const { running, paused } = viewRecordings(recordings);
  return running
    ? runningMenu(call, runningOf(recordings), paused)
    : startMenu(call, wish);
};

/** The record button and its menu, which moderators have, and the sign that everybody sees. */
export const setUpRecording = (
  parts: Parts,
  call: Call,
  menus: Menus,
): void => {
  const button = parts.button("record");
  const wish: Wish = { ownSound: false };
  let before: readonly RecordingInfo[] | undefined;
  const renderSign = (): void => {
    const { recordings } = call.room();
    const { message, running, paused } = viewRecordings(recordings);
    const sign = parts.text("recording-sign");
    sign.hidden = !running;
    sign.classList.toggle("paused", paused);
    const { recorded } = selfIn(call.room()) ?? {};
    const text = message
      ? "Leave a message"
      : running
        ? recordingSign(runningOf(recordings), paused, recorded)
        : "";
    const shown = parts.text("recording-text");
    // The same again would be read out again.
    if (shown.textContent !== text) shown.textContent = text;
  };
  const render = (recordings: readonly RecordingInfo[]): void => {
    const { running, paused, finishing } = viewRecordings(recordings);
    renderSign();
    button.classList.toggle("on", running && !paused);
    const does = running ? "Recording: pause or stop" : "Record the call";
    button.setAttribute("aria-label", does);
    button.title = does;
    button.disabled = finishing && !running;
    parts.text("record-text").textContent = paused
      ? "Paused"
      : wordFor(running, finishing);
    if (menus.isOpenFor(button)) menus.close();
    recordingNews(before, recordings).forEach(notify);
    before = recordings;
  };
  call.on("recording", render);
  call.on("participants", () => {
    // The server lets moderators record.
    button.hidden = call.room().role !== "moderator";
    renderSign();
  });
  bindMenu(menus, button, () => menuNow(call, wish));
};
