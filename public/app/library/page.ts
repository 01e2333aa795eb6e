/** The page of recordings: find one, play it, save it, delete it. */
import { cloneTemplate, type Parts } from "../dom.js";
import { createLibraryApi, type LibraryApi, type Wanted } from "./api.js";
import { askToDelete } from "./dialogs.js";
import { createFrame, type Frame } from "./frame.js";
import { createRow, type Row } from "./row.js";
import { nameText, type Recorded } from "./text.js";

type Page = {
  frame: Frame;
  /** Of the list. */
  parts: Parts;
  api: LibraryApi;
  shown: { recorded: Recorded; row: Row }[];
  /** Counts what was asked for: an answer to what is no longer wanted is thrown away. */
  asked: number;
};

/** Milliseconds after the last key, so that not every letter is searched for. */
const PAUSE = 200;

const wantedOf = ({ parts }: Page): Wanted => {
  const value = (part: string): string =>
    parts.get(part, HTMLInputElement).value;
  return { q: value("search"), from: value("from"), to: value("to") };
};

const isEverything = ({ q, from, to }: Wanted): boolean =>
  q.trim() === "" && from === "" && to === "";

const sayHowMany = ({ parts, shown }: Page, wanted: Wanted): void => {
  const everything = isEverything(wanted);
  parts.text("empty").hidden = shown.length > 0;
  parts.text("empty").textContent = everything
    ? "Nothing has been recorded yet. Moderators start a recording in the call."
    : "No recording has all of this.";
  parts.text("filters").hidden = everything && shown.length === 0;
};

const addRow = (page: Page, recorded: Recorded): void => {
  const row = createRow(recorded, {
    api: page.api,
    onDelete: (one) => void remove(page, one),
    onProblem: page.frame.showProblem,
  });
  page.shown.push({ recorded, row });
  page.parts.text("list").append(row.root);
};

/** With `before` what comes after those that are shown; without it the list from its beginning. */
const fill = async (page: Page, before?: string): Promise<void> => {
  const asked = ++page.asked;
  const wanted = wantedOf(page);
  const { recordings, more } = await page.api.list({ ...wanted, before });
  if (asked !== page.asked) return;
  if (before === undefined) {
    for (const { row } of page.shown) row.close();
    page.shown = [];
    page.parts.text("list").replaceChildren();
  }
  for (const recorded of recordings) addRow(page, recorded);
  page.parts.button("more").hidden = !more;
  sayHowMany(page, wanted);
};

const remove = async (page: Page, recorded: Recorded): Promise<void> => {
  if (!(await askToDelete(nameText(recorded)))) return;
  const { frame, api } = page;
  try {
    await api.remove(recorded.id);
  } catch (error) {
    return frame.showProblem(error);
  }
  const gone = page.shown.find((one) => one.recorded === recorded);
  gone?.row.close();
  gone?.row.root.remove();
  page.shown = page.shown.filter((one) => one !== gone);
  sayHowMany(page, wantedOf(page));
  // What had the focus is gone.
  frame.parts.text("title").focus();
};

const listen = (page: Page): void => {
  const { parts, frame } = page;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void frame.load(), PAUSE);
  };
  for (const part of ["search", "from", "to"])
    parts.get(part, HTMLInputElement).oninput = soon;
  parts.get("filters", HTMLFormElement).onsubmit = (event) => {
    event.preventDefault();
    soon();
  };
  parts.button("more").onclick = () => {
    // Somebody else may have deleted the last one: then the list begins anew.
    const next = () => fill(page, page.shown.at(-1)?.recorded.id);
    next().catch(() => frame.load());
  };
};

/** Shows it and loads the list; asks for the key when the server wants one. */
export const showLibrary = (): void => {
  const parts = cloneTemplate("library-list");
  const api = createLibraryApi(sessionStorage);
  const frame = createFrame({
    ...{ title: "Recordings", api, content: parts.root },
    back: { href: "/", text: "Start page" },
    fill: () => fill(page),
  });
  const page: Page = { frame, parts, api, shown: [], asked: 0 };
  listen(page);
  void frame.load();
};
