/** What the list of people says of each. Pure. */
import type { ParticipantInfo } from "../sdk/index.js";

/** Up to two letters for the round sign: of the first and the last word, whole characters in any script. */
export const initialsOf = (name: string): string => {
  const words = name.trim().split(/\s+/u);
  const first = [...(words[0] ?? "")][0] ?? "?";
  const last = words.length > 1 ? ([...(words.at(-1) ?? "")][0] ?? "") : "";
  return (first + last).toLocaleUpperCase();
};

/** Seconds as minutes and seconds, and hours where there are any: `2:05`, `1:02:05`. */
export const clockOf = (seconds: number): string => {
  const whole = Math.floor(seconds);
  const [hours, minutes] = [whole / 3600, (whole / 60) % 60].map(Math.floor);
  const padded = (part: number): string => String(part).padStart(2, "0");
  const rest = padded(whole % 60);
  return hours ? `${hours}:${padded(minutes!)}:${rest}` : `${minutes}:${rest}`;
};

/** For how long somebody has talked, if it was more than a cough. */
export const spokeOf = (seconds: number): string =>
  seconds < 1 ? "" : clockOf(seconds);

/** The small words behind a name. */
export const noteOf = (
  person: ParticipantInfo,
  self: string | undefined,
): string =>
  [
    person.id === self ? "you" : "",
    person.role === "moderator" ? "moderator" : "",
    person.sharing ? "sharing" : "",
    person.held ? "on hold" : "",
    person.deaf ? "hears nothing" : "",
    person.music ? "music" : "",
    person.recorded === false ? "not recorded" : "",
    person.state === "away" ? "reconnecting…" : "",
  ]
    .filter((word) => word !== "")
    .join(" · ");

/** One word for the microphone sign, as a screen reader says it. */
export const voiceOf = ({ muted, talking }: ParticipantInfo): string =>
  muted ? "Muted" : talking ? "Talking" : "Microphone on";
