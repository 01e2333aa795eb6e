/** What all pages of recordings have: a title, the way back, a word about what went wrong, and the question for the key. */
import { cloneTemplate, showScreen, type Parts } from "../dom.js";
import { LibraryError, type LibraryApi } from "./api.js";

export type Frame = {
  readonly parts: Parts;
  /** Loads what is to be shown, again if it was loaded before. */
  load(): Promise<void>;
  showProblem(error?: unknown): void;
  setTitle(title: string): void;
};

export type FrameOptions = {
  title: string;
  /** Absent on pages for people who have but a link. */
  api?: LibraryApi;
  /** Where one came from; none for them either. */
  back?: { href: string; text: string };
  content: HTMLElement;
  /** Fills the content. What it rejects with is shown in its place. */
  fill(): Promise<void>;
};

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** What is not there (any more) is not there at the next try either. */
const isFinal = (error: unknown): boolean =>
  error instanceof LibraryError &&
  (error.status === 404 || error.status === 410);

const problemShower =
  (parts: Parts) =>
  (error?: unknown): void => {
    const needsKey = error instanceof LibraryError && error.needsKey;
    parts.text("problem").hidden = error === undefined;
    parts.text("problem-text").textContent =
      error === undefined ? "" : messageOf(error);
    parts.button("retry").hidden = needsKey || isFinal(error);
    parts.text("key-form").hidden = !needsKey;
    if (needsKey) parts.get("key", HTMLInputElement).focus();
  };

const askForKey = (
  parts: Parts,
  api: LibraryApi | undefined,
  load: () => Promise<void>,
): void => {
  parts.get("key-form", HTMLFormElement).onsubmit = (event) => {
    event.preventDefault();
    api?.setKey(parts.get("key", HTMLInputElement).value.trim());
    void load();
  };
};

/** Shows it; nothing is loaded yet. */
export const createFrame = (options: FrameOptions): Frame => {
  const { api, back, content, fill } = options;
  const parts = cloneTemplate("library");
  const showProblem = problemShower(parts);
  const box = parts.text("content");
  box.append(content);
  const setTitle = (title: string): void => {
    parts.text("title").textContent = title;
    document.title = `${title} · Tutti`;
  };
  const load = async (): Promise<void> => {
    box.setAttribute("aria-busy", "true");
    try {
      await fill();
      showProblem();
      box.hidden = false;
    } catch (error) {
      box.hidden = true;
      showProblem(error);
    } finally {
      box.removeAttribute("aria-busy");
    }
  };
  const link = parts.get("back", HTMLAnchorElement);
  link.hidden = back === undefined;
  link.href = back?.href ?? "/";
  link.textContent = back?.text ?? "";
  parts.button("retry").onclick = () => void load();
  askForKey(parts, api, load);
  setTitle(options.title);
  showScreen(parts);
  parts.text("title").focus();
  return { parts, load, showProblem, setTitle };
};
