import type { Call, RecordingInfo } from "../sdk/index.js";
import { ask } from "./ask.js";
import type { Parts } from "./dom.js";
import { notify } from "./notices.js";
import {
  recordingNews,
  viewRecordings,
  type RecordingView,
} from "./recordings.js";

const wordFor = (running: boolean, finishing: boolean): string =>
  running ? "Stop" : finishing ? "Finishing…" : "Record";

const signText = ({ message, paused }: RecordingView): string => {
  if (message) return "Leave a message";
  return paused ? "Recording paused" : "Recording";
};

/** The record button, which moderators have, and the sign that everybody sees. */
export const setUpRecording = (parts: Parts, call: Call): void => {
  const button = parts.button("record");
  let before: readonly RecordingInfo[] | undefined;
  const render = (recordings: readonly RecordingInfo[]): void => {
    const view = viewRecordings(recordings);
    const { running, paused, finishing } = view;
    const sign = parts.text("recording-sign");
    sign.hidden = !running;
    sign.classList.toggle("paused", paused);
    parts.text("recording-text").textContent = signText(view);
    button.setAttribute("aria-pressed", String(running));
    button.disabled = finishing && !running;
    parts.text("record-text").textContent = wordFor(running, finishing);
    recordingNews(before, recordings).forEach(notify);
    before = recordings;
  };
  call.on("recording", render);
  call.on("participants", () => {
    // The server lets moderators record.
    button.hidden = call.room().role !== "moderator";
  });
  button.onclick = (event) => {
    if (event.detail > 0) button.blur();
    const { running } = viewRecordings(call.room().recordings);
    void ask(call.record(running ? "stopped" : "recording"));
  };
};
