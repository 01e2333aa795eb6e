/** The files that are being made of a recording, and how far they are. */
import { cloneTemplate, type Parts } from "../dom.js";
import type { LibraryApi } from "./api.js";
import { isActive, jobText, type Job } from "./render-text.js";
import { dateText } from "./text.js";

/** Milliseconds: a bar that moves; and where nobody answers, less often. */
const EVERY = 1_000;
const AFTER_FAILURE = 5_000;

export type Jobs = {
  /** Looks now, and again and again as long as one is being made. */
  look(): Promise<void>;
};

export type JobsOptions = {
  api: LibraryApi;
  /** Of the recording. */
  id: string;
  onProblem(error: unknown): void;
};

type Row = { root: HTMLElement; show(job: Job): void };

const createRow = (
  job: Job,
  cancel: (job: Job) => Promise<unknown>,
  { onProblem }: JobsOptions,
): Row => {
  const parts = cloneTemplate("job");
  const made = `Of ${dateText(job.createdAt)}`;
  const bar = parts.get("progress", HTMLProgressElement);
  const button = parts.button("cancel");
  const link = parts.get("result", HTMLAnchorElement);
  const state = parts.text("state");
  parts.text("made").textContent = made;
  for (const part of [bar, button, link])
    part.setAttribute("aria-label", `${part.textContent?.trim()} ${made}`);
  button.onclick = () => {
    button.disabled = true;
    void cancel(job)
      .catch(onProblem)
      .finally(() => (button.disabled = false));
  };
  const show = (now: Job): void => {
    const focused = button === document.activeElement;
    const text = jobText(now);
    if (state.textContent !== text) state.textContent = text;
    bar.value = now.progress;
    bar.hidden = button.hidden = !isActive(now);
    link.hidden = now.result === undefined || now.state !== "done";
    if (now.result !== undefined)
      link.href = `/recordings/${encodeURIComponent(now.result)}`;
    // What had the focus is gone.
    if (focused && button.hidden) (link.hidden ? parts.root : link).focus();
  };
  return { root: parts.root, show };
};

export const createJobs = (parts: Parts, options: JobsOptions): Jobs => {
  const { api, id, onProblem } = options;
  const rows = new Map<string, Row>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const cancel = async (job: Job): Promise<void> => {
    await api.cancelRender(job.id);
    await look();
  };
  const show = (jobs: readonly Job[]): void => {
    // The newest first: each that is new comes before those that were there.
    for (const job of jobs.toReversed()) {
      let row = rows.get(job.id);
      if (row === undefined) {
        row = createRow(job, cancel, options);
        rows.set(job.id, row);
        parts.text("jobs").prepend(row.root);
      }
      row.show(job);
    }
    parts.text("jobs-box").hidden = rows.size === 0;
  };
  const again = (after: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void look().catch(retry), after);
  };
  const retry = (error: unknown): void => {
    onProblem(error);
    again(AFTER_FAILURE);
  };
  const look = async (): Promise<void> => {
    const jobs = await api.renders();
    const own = jobs.filter(({ recording }) => recording === id);
    show(own);
    if (own.some(isActive)) again(EVERY);
  };
  return { look };
};
