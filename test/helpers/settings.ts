/** What a mixer is told of a view and of a person, unless a test says otherwise. */
import type { ParticipantMedia, ViewSettings } from "../../mixer/contract.js";

export const settingsOf = (
  change: Partial<ViewSettings> = {},
): ViewSettings => ({
  width: 640,
  height: 360,
  fps: 15,
  layout: "grid",
  autoShare: true,
  temperament: "normal",
  labels: "off",
  page: 0,
  ...change,
});

export const personOf = (
  id: string,
  change: Partial<ParticipantMedia> = {},
): ParticipantMedia => ({
  id,
  name: id,
  muted: false,
  camera: true,
  sharing: false,
  role: "participant",
  gain: 1,
  agc: true,
  music: false,
  denoise: false,
  pan: 0,
  spread: false,
  balance: {},
  deaf: false,
  held: false,
  ...change,
});
