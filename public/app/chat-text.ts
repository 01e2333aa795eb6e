/** What the chat says beside what people write. Pure. */
import type { ChatMessage } from "../sdk/index.js";

/** How many of the others' messages came after the last one that was seen. */
export const unreadOf = (
  chat: readonly ChatMessage[],
  seen: string,
  self: string | undefined,
): number => chat.filter(({ at, from }) => at > seen && from !== self).length;

/** For the small round sign. */
export const badgeOf = (unread: number): string =>
  unread > 9 ? "9+" : String(unread || "");

/** Milliseconds within which the next lines of somebody go under the same name. */
const TOGETHER = 120_000;

/** Whether a message goes on with what the one before began. */
export const follows = (
  { from, at, name }: ChatMessage,
  before: ChatMessage | undefined,
): boolean =>
  before?.from === from &&
  before.name === name &&
  Date.parse(at) - Date.parse(before.at) < TOGETHER;

/** The same for a message whichever way it came. */
export const chatKey = ({ from, at, text }: ChatMessage): string =>
  `${at} ${from} ${text}`;
