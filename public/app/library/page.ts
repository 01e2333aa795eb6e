/** The page of recordings: find one, play it, save it, delete it. */
import { cloneTemplate, showScreen, type Parts } from "../dom.js";
import { createLibraryApi, LibraryError, type LibraryApi } from "./api.js";
import { createRow, type Row } from "./row.js";
import { nameText, search, type Recorded } from "./text.js";

type Page = {
  parts: Parts;
  api: LibraryApi;
  all: Recorded[];
  rows: Map<string, Row>;
};

const showProblem = ({ parts }: Page, error?: unknown): void => {
  const needsKey = error instanceof LibraryError && error.needsKey;
  const told = error instanceof Error ? error.message : String(error);
  parts.text("problem").hidden = error === undefined;
  parts.text("problem-text").textContent = error === undefined ? "" : told;
  parts.button("retry").hidden = needsKey;
  parts.text("key-form").hidden = !needsKey;
  if (needsKey) parts.get("key", HTMLInputElement).focus();
};

const emptyText = (all: readonly Recorded[]): string =>
  all.length === 0
    ? "Nothing has been recorded yet. Moderators start a recording in the call."
    : "No recording has all of these words.";

/** Rows stay as long as their recording does: a search does not end what plays. */
const render = (page: Page): void => {
  const { parts, all, rows } = page;
  const found = search(all, parts.get("search", HTMLInputElement).value);
  for (const one of all)
    if (!rows.has(one.id)) rows.set(one.id, makeRow(page, one));
  const shown = new Set(found.map(({ id }) => id));
  for (const [id, row] of rows) row.root.hidden = !shown.has(id);
  parts
    .text("list")
    .replaceChildren(...all.flatMap(({ id }) => rows.get(id)?.root ?? []));
  parts.text("empty").hidden = found.length > 0;
  parts.text("empty").textContent = emptyText(all);
  parts.text("search-field").hidden = all.length === 0;
};

const makeRow = (page: Page, recorded: Recorded): Row =>
  createRow(recorded, {
    api: page.api,
    onDelete: (one) => askToDelete(page, one),
    onProblem: (error) => showProblem(page, error),
  });

const forgetRows = ({ rows }: Page): void => {
  for (const row of rows.values()) row.close();
  rows.clear();
};

const load = async (page: Page): Promise<void> => {
  const { parts, api } = page;
  parts.text("content").setAttribute("aria-busy", "true");
  try {
    page.all = await api.list();
    forgetRows(page);
    showProblem(page);
    parts.text("content").hidden = false;
    render(page);
  } catch (error) {
    parts.text("content").hidden = true;
    showProblem(page, error);
  } finally {
    parts.text("content").removeAttribute("aria-busy");
  }
};

const remove = async (page: Page, { id }: Recorded): Promise<void> => {
  try {
    await page.api.remove(id);
  } catch (error) {
    return showProblem(page, error);
  }
  page.rows.get(id)?.close();
  page.rows.delete(id);
  page.all = page.all.filter((one) => one.id !== id);
  render(page);
  // What had the focus is gone.
  page.parts.text("title").focus();
};

const askToDelete = (page: Page, recorded: Recorded): void => {
  const { parts } = page;
  const dialog = parts.get("confirm", HTMLDialogElement);
  parts.text("confirm-name").textContent = nameText(recorded);
  dialog.returnValue = "";
  dialog.onclose = () => {
    if (dialog.returnValue === "delete") void remove(page, recorded);
  };
  dialog.showModal();
};

/** Shows it and loads the list; asks for the key when the server wants one. */
export const showLibrary = (): void => {
  const parts = cloneTemplate("library");
  const api = createLibraryApi(sessionStorage);
  const page: Page = { parts, api, all: [], rows: new Map() };
  const key = parts.get("key", HTMLInputElement);
  parts.get("key-form", HTMLFormElement).onsubmit = (event) => {
    event.preventDefault();
    api.setKey(key.value.trim());
    void load(page);
  };
  parts.get("search", HTMLInputElement).oninput = () => render(page);
  parts.button("retry").onclick = () => void load(page);
  document.title = "Recordings · Tutti";
  showScreen(parts);
  parts.text("title").focus();
  void load(page);
};
