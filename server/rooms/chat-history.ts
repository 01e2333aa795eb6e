/** The last of what was written in a room, for those who come later. */
import type { ChatMessage } from "../signaling/messages.js";

/** More than these nobody reads who comes later. */
const MOST_MESSAGES = 100;
/** Characters; with the rest of `joined` far below what a socket may leave unread. */
const MOST_TEXT = 50_000;

export type Chat = {
  /** Oldest first. */
  all(): ChatMessage[];
  add(message: ChatMessage): void;
};

export const createChat = (): Chat => {
  const messages: ChatMessage[] = [];
  let length = 0;
  return {
    all: () => [...messages],
    add: (message) => {
      messages.push(message);
      length += message.text.length;
      while (messages.length > MOST_MESSAGES || length > MOST_TEXT)
        length -= messages.shift()?.text.length ?? 0;
    },
  };
};
