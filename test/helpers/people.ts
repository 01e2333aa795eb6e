/** A participant as everybody in the room is told of it, unless a test says otherwise. */
import type { ParticipantInfo } from "../../server/infos.js";

export const participantOf = (
  id: string,
  change: Partial<ParticipantInfo> = {},
): ParticipantInfo => ({
  id,
  name: id,
  role: "participant",
  muted: false,
  camera: true,
  sharing: false,
  deaf: false,
  held: false,
  music: false,
  denoise: false,
  pan: 0,
  spread: false,
  gain: 1,
  spoke: 0,
  talking: false,
  state: "present",
  ...change,
});
