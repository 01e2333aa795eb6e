/** One recording of the list, with its player. */
import { cloneTemplate, type Parts } from "../dom.js";
import type { LibraryApi } from "./api.js";
import {
  factsOf,
  isOver,
  isPlayable,
  nameText,
  peopleOf,
  type Recorded,
} from "./text.js";

export type RowOptions = {
  api: LibraryApi;
  onDelete(recorded: Recorded): void;
  onProblem(error: unknown): void;
};

/** `close` gives back what its player has fetched. */
export type Row = { readonly root: HTMLElement; close(): void };

const forget = (address: string): void => {
  if (address.startsWith("blob:")) URL.revokeObjectURL(address);
};

/** Nothing tells when a browser has taken a blob to save it; a minute is long for what is in memory already. */
const SAVED_AFTER_MS = 60_000;

const download = async (
  api: LibraryApi,
  { id, format }: Recorded,
): Promise<void> => {
  const address = await api.address(id);
  const link = document.createElement("a");
  link.href = address;
  link.download = `${id}.${format}`;
  link.click();
  setTimeout(forget, SAVED_AFTER_MS, address);
};

/** Opens and closes the player; the file is asked for when it is first opened. */
const createPlayer = (parts: Parts, api: LibraryApi, recorded: Recorded) => {
  const { id } = recorded;
  const name = nameText(recorded);
  const video = parts.get("video", HTMLVideoElement);
  const button = parts.button("play");
  let address: string | undefined;
  return {
    toggle: async (): Promise<void> => {
      const open = video.hidden;
      if (open && address === undefined) {
        button.disabled = true;
        address = await api.address(id).finally(() => {
          button.disabled = false;
        });
        video.src = address;
      }
      video.hidden = !open;
      button.setAttribute("aria-expanded", String(open));
      button.textContent = open ? "Close" : "Play";
      button.setAttribute("aria-label", `${button.textContent} ${name}`);
      if (!open) return video.pause();
      video.focus();
      // A browser that wants a press of its own shows its button.
      await video.play().catch(() => undefined);
    },
    close: (): void => {
      video.removeAttribute("src");
      video.load();
      if (address !== undefined) forget(address);
    },
  };
};

const describe = (parts: Parts, recorded: Recorded): void => {
  const name = nameText(recorded);
  parts.text("name").textContent = name;
  parts.text("facts").textContent = factsOf(recorded).join(" · ");
  parts.text("people").textContent = peopleOf(recorded).join(", ");
  parts.text("reason").hidden = recorded.reason === undefined;
  parts.text("reason").textContent = recorded.reason ?? "";
  parts.button("play").hidden = !isPlayable(recorded);
  parts.button("download").hidden = !isPlayable(recorded);
  parts.button("delete").hidden = !isOver(recorded);
  for (const part of ["play", "download", "delete"]) {
    const button = parts.button(part);
    button.setAttribute("aria-label", `${button.textContent?.trim()} ${name}`);
  }
};

export const createRow = (
  recorded: Recorded,
  { api, onDelete, onProblem }: RowOptions,
): Row => {
  const parts = cloneTemplate("recording-row");
  describe(parts, recorded);
  const player = createPlayer(parts, api, recorded);
  parts.button("play").onclick = () => void player.toggle().catch(onProblem);
  parts.button("download").onclick = () =>
    void download(api, recorded).catch(onProblem);
  parts.button("delete").onclick = () => onDelete(recorded);
  return { root: parts.root, close: player.close };
};
