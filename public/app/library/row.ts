/** One recording of the list. */
import { cloneTemplate, setIcon, type Parts } from "../dom.js";
import type { LibraryApi } from "./api.js";
import { download } from "./download.js";
import {
  factsOf,
  isOver,
  isPlayable,
  isSound,
  nameText,
  peopleText,
  troubleOf,
  type Recorded,
} from "./text.js";

export type RowOptions = {
  api: LibraryApi;
  onDelete(recorded: Recorded): void;
  onProblem(error: unknown): void;
};

/** `close` gives back what its picture has taken. */
export type Row = { readonly root: HTMLElement; close(): void };

/** Fetched when it comes into sight. Without one there is a sign in its place. */
const showThumbnail = (
  parts: Parts,
  api: LibraryApi,
  recorded: Recorded,
): (() => void) => {
  if (!isPlayable(recorded) || isSound(recorded)) return () => undefined;
  const picture = parts.get("picture", HTMLImageElement);
  let address: string | undefined;
  const show = async (): Promise<void> => {
    address = await api.thumbnail(recorded.id);
    if (address !== undefined) picture.src = address;
  };
  picture.onload = () => {
    picture.hidden = false;
  };
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    seen.disconnect();
    void show();
  });
  seen.observe(parts.root);
  return () => {
    seen.disconnect();
    if (address?.startsWith("blob:")) URL.revokeObjectURL(address);
  };
};

const describe = (parts: Parts, recorded: Recorded): void => {
  const name = nameText(recorded);
  const trouble = troubleOf(recorded).join(". ");
  const playable = isPlayable(recorded);
  parts.text("name").textContent = name;
  parts.text("facts").textContent = factsOf(recorded).join(" · ");
  parts.text("people").textContent = peopleText(recorded);
  parts.text("reason").hidden = trouble === "";
  parts.text("reason").textContent = trouble;
  parts.text("play").hidden = !playable;
  parts.button("download").hidden = !playable;
  parts.button("delete").hidden = !isOver(recorded);
  if (isSound(recorded)) setIcon(parts, "sign", "sound");
  for (const part of ["play", "download", "delete"]) {
    const action = parts.text(part);
    action.setAttribute("aria-label", `${action.textContent?.trim()} ${name}`);
  }
};

export const createRow = (
  recorded: Recorded,
  { api, onDelete, onProblem }: RowOptions,
): Row => {
  const parts = cloneTemplate("recording-row");
  describe(parts, recorded);
  const page = `/recordings/${encodeURIComponent(recorded.id)}`;
  for (const part of ["play", "thumb", "name"])
    if (isPlayable(recorded)) parts.get(part, HTMLAnchorElement).href = page;
  parts.button("download").onclick = () =>
    void download(api, recorded).catch(onProblem);
  parts.button("delete").onclick = () => onDelete(recorded);
  const close = showThumbnail(parts, api, recorded);
  return { root: parts.root, close };
};
