import type { CallEnd } from "../sdk/index.js";

export type EndingText = { title: string; text: string };

const TEXTS = {
  left: {
    title: "You left the call",
    text: "Your microphone and camera are off.",
  },
  removed: {
    title: "You were removed",
    text: "A moderator took you out of this call.",
  },
  "room-closed": {
    title: "The call is over",
    text: "The room was closed for everybody.",
  },
  replaced: {
    title: "You joined from somewhere else",
    text: "Your seat in this call was taken over there.",
  },
  shutdown: {
    title: "The call is over",
    text: "The server is shutting down.",
  },
  unresponsive: {
    title: "The connection was lost",
    text: "The server did not hear from this page for too long.",
  },
  refused: { title: "You could not join", text: "" },
} as const satisfies Record<CallEnd["reason"], EndingText>;

/** Why the call is over, in two lines. The server's own words come with a refusal. Pure. */
export const endingText = ({ reason, error }: CallEnd): EndingText =>
  error?.code === "wrong-pin"
    ? { title: "This room asks for a PIN", text: "" }
    : { ...TEXTS[reason], text: error?.message ?? TEXTS[reason].text };
