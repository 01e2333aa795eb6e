import type { Call, ChatMessage } from "../sdk/index.js";
import { badgeOf, chatKey, follows, unreadOf } from "./chat-text.js";
import { cloneTemplate, type Parts } from "./dom.js";
import { notify } from "./notices.js";
import type { Panels } from "./panels.js";

const timeOf = (at: string): string =>
  new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

const createLine = (
  message: ChatMessage,
  isSelf: boolean,
  goesOn: boolean,
): HTMLElement => {
  const line = cloneTemplate("chat-line");
  line.text("from").textContent = isSelf ? "You" : message.name;
  line.text("time").textContent = timeOf(message.at);
  line.text("text").textContent = message.text;
  line.root.classList.toggle("follows", goesOn);
  line.root.classList.toggle("own", isSelf);
  return line.root;
};

/** The lines of the chat. What is there stays, so that it is read out once. */
const createLines = (list: HTMLElement) => {
  const lines = new Map<string, HTMLElement>();
  const isAtEnd = (): boolean =>
    list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  const toEnd = (): void => void (list.scrollTop = list.scrollHeight);
  return {
    toEnd,
    render: (chat: readonly ChatMessage[], self: string | undefined): void => {
      const stays = isAtEnd();
      const keys = new Set(chat.map(chatKey));
      for (const [key, line] of lines)
        if (!keys.has(key)) {
          line.remove();
          lines.delete(key);
        }
      chat.forEach((message, index) => {
        const key = chatKey(message);
        if (lines.has(key)) return;
        const goesOn = follows(message, chat[index - 1]);
        const line = createLine(message, message.from === self, goesOn);
        lines.set(key, line);
        list.append(line);
      });
      if (stays) toEnd();
    },
  };
};

/** Enter sends, with the shift key it begins another line. What cannot be sent stays where it was typed. */
const setUpWriting = (parts: Parts, call: Call): HTMLTextAreaElement => {
  const input = parts.get("chat-input", HTMLTextAreaElement);
  const send = async (): Promise<void> => {
    const text = input.value;
    if (text.trim() === "") return;
    input.value = "";
    try {
      await call.say(text);
    } catch (error) {
      if (input.value === "") input.value = text;
      notify(error instanceof Error ? error.message : String(error));
    }
  };
  input.onkeydown = (event) => {
    // While a character is being composed, Enter chooses it.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void send();
  };
  parts.get("chat-form", HTMLFormElement).onsubmit = (event) => {
    event.preventDefault();
    void send();
  };
  return input;
};

/** The sign at the button for what came while one did not look. */
const renderUnread = (parts: Parts, unread: number): void => {
  const badge = parts.text("unread");
  badge.hidden = unread === 0;
  badge.textContent = badgeOf(unread);
  parts
    .button("toggle-chat")
    .setAttribute("aria-label", unread === 0 ? "Chat" : `Chat, ${unread} new`);
};

/** What people write to each other, in its panel. */
export const setUpChat = (parts: Parts, call: Call, panels: Panels): void => {
  const lines = createLines(parts.text("lines"));
  const input = setUpWriting(parts, call);
  let seen = "";
  let wasSeen = false;
  const render = (): void => {
    const { chat, self } = call.room();
    const isSeen = panels.isSeen("chat");
    if (isSeen) seen = chat.at(-1)?.at ?? seen;
    parts.text("no-lines").hidden = chat.length > 0;
    lines.render(chat, self);
    renderUnread(parts, unreadOf(chat, seen, self));
    if (isSeen && !wasSeen) {
      lines.toEnd();
      input.focus();
    }
    wasSeen = isSeen;
  };
  call.on("chat", render);
  call.on("joined", ({ chat }) => {
    // What was written before one came is no news.
    if (seen === "") seen = chat.at(-1)?.at ?? "-";
    render();
  });
  panels.onChange(render);
};
