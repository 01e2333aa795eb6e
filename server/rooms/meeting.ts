/**
 * What happens in a meeting and is worth keeping, for whoever listens: a timeline beside a recording, a log. One place
 * to tell it, so that those who tell need not know who listens.
 */
import type { ChatMessage } from "../signaling/messages.js";

/** `at` is ISO 8601. Further types may come. */
export type MeetingEvent = { type: "chat" } & ChatMessage;

export type Meeting = {
  /** Calls back with each event from now on; the returned function ends that. */
  on(listener: (event: MeetingEvent) => void): () => void;
  tell(event: MeetingEvent): void;
};

export const createMeeting = (): Meeting => {
  const listeners = new Set<(event: MeetingEvent) => void>();
  return {
    on: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    tell: (event) => {
      for (const listener of listeners) listener(event);
    },
  };
};
