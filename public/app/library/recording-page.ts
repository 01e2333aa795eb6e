/** The page of one recording, for those who manage it, and for those who were given a link to it. */
import { cloneTemplate, type Parts } from "../dom.js";
import { createLibraryApi, LibraryError, type LibraryApi } from "./api.js";
import { askToDelete, openPlayInto, openSharing } from "./dialogs.js";
import { download, save } from "./download.js";
import { createFrame, type Frame } from "./frame.js";
import { createJobs } from "./jobs.js";
import { createPlayer } from "./player.js";
import {
  dateText,
  factsOf,
  isOver,
  isPlayable,
  lengthText,
  nameText,
  peopleText,
  sizeText,
  troubleOf,
  type Played,
  type Recorded,
} from "./text.js";
import { showTracks } from "./tracks.js";

const describe = (
  parts: Parts,
  facts: readonly string[],
  recorded: Played,
): void => {
  parts.text("facts").textContent = facts.join(" · ");
  parts.text("people").textContent = peopleText(recorded);
};

/** Everything that lies beside the file, in one archive, where the server makes one. */
const offerPackage = async (parts: Parts, base: string): Promise<void> => {
  const link = parts.get("package", HTMLAnchorElement);
  link.href = `${base}/package`;
  const there = await fetch(link.href, { method: "HEAD" }).catch(
    () => undefined,
  );
  link.hidden = there?.ok !== true;
};

const remove = async (
  frame: Frame,
  api: LibraryApi,
  recorded: Recorded,
): Promise<void> => {
  if (!(await askToDelete(nameText(recorded)))) return;
  try {
    await api.remove(recorded.id);
    location.assign("/recordings");
  } catch (error) {
    frame.showProblem(error);
  }
};

/** Another file of it, and how far those are that were asked for. */
const setUpRenders = (
  frame: Frame,
  parts: Parts,
  api: LibraryApi,
  recorded: Recorded,
): void => {
  const onProblem = frame.showProblem;
  const jobs = createJobs(parts, { api, id: recorded.id, onProblem });
  const look = (): void => void jobs.look().catch(onProblem);
  const ask = async (): Promise<void> => {
    const { openRender } = await import("./render-dialog.js");
    openRender(api, recorded, look);
  };
  parts.button("render").hidden = !isPlayable(recorded);
  parts.button("render").onclick = () => void ask().catch(onProblem);
  look();
};

const setUpActions = (
  frame: Frame,
  parts: Parts,
  api: LibraryApi,
  recorded: Recorded,
): void => {
  const { id } = recorded;
  const playable = isPlayable(recorded);
  parts.button("share").hidden = !playable;
  parts.button("share").onclick = () => openSharing(api, id);
  parts.button("play-into").hidden = !playable;
  parts.button("play-into").onclick = () => openPlayInto(api, id);
  parts.button("download").hidden = !playable;
  parts.button("download").onclick = () =>
    void download(api, recorded).catch(frame.showProblem);
  parts.button("delete").hidden = !isOver(recorded);
  parts.button("delete").onclick = () => void remove(frame, api, recorded);
};

const fill = async (
  frame: Frame,
  parts: Parts,
  api: LibraryApi,
  id: string,
): Promise<void> => {
  const recorded = await api.get(id);
  frame.setTitle(nameText(recorded));
  describe(parts, factsOf(recorded), recorded);
  const trouble = troubleOf(recorded).join(". ");
  parts.text("reason").hidden = trouble === "";
  parts.text("reason").textContent = trouble;
  setUpActions(frame, parts, api, recorded);
  setUpRenders(frame, parts, api, recorded);
  if (!isPlayable(recorded)) return;
  const base = await api.base(id);
  parts.text("player").replaceChildren(createPlayer(recorded, base));
  showTracks(parts, recorded.tracks ?? [], base);
  void offerPackage(parts, base);
};

/** Shows it and loads it; asks for the key when the server wants one. */
export const showRecording = (id: string): void => {
  const parts = cloneTemplate("recording");
  const api = createLibraryApi(sessionStorage);
  const frame: Frame = createFrame({
    ...{ title: "Recording", api, content: parts.root },
    back: { href: "/recordings", text: "All recordings" },
    fill: () => fill(frame, parts, api, id),
  });
  void frame.load();
};

/** What the link opens. @throws LibraryError in words for whoever was given the link */
const lookUp = async (base: string): Promise<Played> => {
  const answer = await fetch(`${base}/about.json`).catch(() => {
    throw new LibraryError("The server cannot be reached", false, 0);
  });
  const { status, ok } = answer;
  if (ok) return (await answer.json()) as Played;
  throw new LibraryError(
    status === 410
      ? "This link has ended. Ask whoever gave it to you for a new one."
      : "There is no recording here. Perhaps it was deleted, or a part of the link is missing.",
    ...([false, status] as const),
  );
};

const fillShared = async (
  frame: Frame,
  parts: Parts,
  base: string,
): Promise<void> => {
  const played = await lookUp(base);
  const { title, startedAt, duration, size, format } = played;
  frame.setTitle(title);
  const facts = [dateText(startedAt), lengthText(duration), sizeText(size)];
  describe(parts, facts, played);
  for (const part of ["share", "play-into", "render", "delete"])
    parts.button(part).hidden = true;
  parts.button("download").hidden = false;
  parts.button("download").onclick = () => save(base, `${title}.${format}`);
  parts.text("player").replaceChildren(createPlayer(played, base));
};

/** For people who have but a link. */
export const showShared = (token: string): void => {
  const parts = cloneTemplate("recording");
  const base = `/s/${encodeURIComponent(token)}`;
  const frame: Frame = createFrame({
    ...{ title: "Recording", content: parts.root },
    fill: () => fillShared(frame, parts, base),
  });
  void frame.load();
};
