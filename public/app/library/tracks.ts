/** The list of what was kept of each participant alone. */
import { cloneTemplate, type Parts } from "../dom.js";
import { sizeText, type Track } from "./text.js";

const KINDS = [
  { kind: "audio", part: "sound", word: "Sound", ending: "opus" },
  { kind: "video", part: "picture", word: "Picture", ending: "mp4" },
  { kind: "share", part: "screen", word: "Screen", ending: "share.mp4" },
] as const;

const createItem = (track: Track, base: string): HTMLElement => {
  const parts = cloneTemplate("track");
  const { participant, name } = track;
  parts.text("name").textContent = name;
  for (const { kind, part, word, ending } of KINDS) {
    const file = track[kind];
    const link = parts.get(part, HTMLAnchorElement);
    link.hidden = file === undefined;
    if (file === undefined) continue;
    link.href = `${base}/tracks/${encodeURIComponent(participant)}.${ending}`;
    link.textContent = `${word}, ${sizeText(file.size)}`;
    link.setAttribute("aria-label", `Download ${name}: ${link.textContent}`);
  }
  return parts.root;
};

/** `base`: the address below which they lie. */
export const showTracks = (
  parts: Parts,
  tracks: readonly Track[],
  base: string,
): void => {
  const items = tracks.map((track) => createItem(track, base));
  parts.text("tracks").replaceChildren(...items);
  parts.text("tracks-box").hidden = tracks.length === 0;
};
