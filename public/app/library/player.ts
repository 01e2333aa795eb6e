/** A recording as it is played: picture, who talks when, loudness, chapters. A click goes to what was clicked on. */
import { cloneTemplate, type Parts } from "../dom.js";
import { isSound, lengthText, type Played } from "./text.js";
import {
  chapterAt,
  HIGH,
  lanesOf,
  nextTurn,
  peaksOf,
  turnsPath,
  wavePath,
  WIDE,
  type Lane,
  type Timeline,
} from "./timeline-text.js";

const NOTHING: Timeline = { chapters: [], turns: [] };

/** What lies beside a file may be missing: a player does without. */
const beside = async <Value>(
  path: string,
  otherwise: Value,
): Promise<Value> => {
  const found = await fetch(path).catch(() => undefined);
  if (found?.ok !== true) return otherwise;
  return (await found.json().catch(() => otherwise)) as Value;
};

const picture = (path: string): SVGSVGElement => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", `0 0 ${WIDE} ${HIGH}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const drawn = document.createElementNS(svg.namespaceURI!, "path");
  drawn.setAttribute("d", path);
  svg.append(drawn);
  return svg as SVGSVGElement;
};

type Player = {
  parts: Parts;
  media: HTMLMediaElement;
  duration: number;
};

const goTo = ({ media }: Player, time: number): void => {
  media.currentTime = time;
  // A browser that wants a press of its own shows its button.
  void media.play().catch(() => undefined);
};

/** Where in the line of time the pointer is. */
const timeAt = ({ duration }: Player, event: MouseEvent): number => {
  const box = (event.currentTarget as Element).getBoundingClientRect();
  const share = (event.clientX - box.left) / Math.max(1, box.width);
  return Math.min(1, Math.max(0, share)) * duration;
};

const line = (player: Player, drawn: SVGSVGElement): HTMLElement => {
  const track = document.createElement("div");
  track.className = "player-track";
  track.append(drawn);
  track.onclick = (event) => goTo(player, timeAt(player, event));
  return track;
};

/** The name goes to the next time that this one talks: for keyboards, and for who wants to hear one person alone. */
const laneOf = (player: Player, { name, turns, talked }: Lane): HTMLElement => {
  const { media, duration } = player;
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "player-who";
  button.textContent = name;
  button.title = `${name} talks for ${lengthText(talked)}: go to the next time`;
  button.setAttribute("aria-label", button.title);
  button.onclick = () => goTo(player, nextTurn(turns, media.currentTime) ?? 0);
  item.append(button, line(player, picture(turnsPath(turns, duration))));
  return item;
};

const chapterOf = (
  player: Player,
  { start, title }: Timeline["chapters"][number],
): HTMLElement => {
  const item = document.createElement("li");
  const button = document.createElement("button");
  const time = document.createElement("span");
  time.textContent = lengthText(start);
  button.type = "button";
  button.append(time, title);
  button.onclick = () => goTo(player, start);
  item.append(button);
  return item;
};

const showTimeline = (
  player: Player,
  { chapters, turns }: Timeline,
  people: Played["participants"],
): void => {
  const { parts, media } = player;
  const lanes = lanesOf({ turns }, people);
  // Without names the lines begin where the picture does.
  if (lanes.length === 0) parts.text("lines").style.setProperty("--who", "0px");
  const items = chapters.map((chapter) => chapterOf(player, chapter));
  parts
    .text("lanes")
    .replaceChildren(...lanes.map((lane) => laneOf(player, lane)));
  parts.text("chapters").replaceChildren(...items);
  parts.text("chapters-box").hidden = chapters.length < 2;
  let now = -1;
  media.addEventListener("timeupdate", () => {
    const at = chapterAt(chapters, media.currentTime);
    if (at === now) return;
    items[now]?.removeAttribute("aria-current");
    items[at]?.setAttribute("aria-current", "step");
    now = at;
  });
};

const showWave = (player: Player, peaks: readonly number[]): void => {
  const wave = player.parts.text("wave");
  wave.hidden = peaks.length === 0;
  wave.replaceChildren(line(player, picture(wavePath(peaks))));
};

/** Smooth while it plays, exact where somebody goes to. */
const moveCursor = ({ parts, media, duration }: Player): void => {
  const lines = parts.text("lines");
  const move = (): void =>
    lines.style.setProperty(
      "--at",
      String(Math.min(1, media.currentTime / Math.max(0.001, duration))),
    );
  for (const event of ["timeupdate", "seeking", "seeked"])
    media.addEventListener(event, move);
  move();
};

const chaptersTrack = (base: string): HTMLTrackElement => {
  const track = document.createElement("track");
  track.kind = "chapters";
  track.label = "Chapters";
  track.srclang = "en";
  track.src = `${base}/chapters.vtt`;
  track.default = true;
  return track;
};

/** `base`: the address below which there are `file`, `timeline` and the rest. */
export const createPlayer = (recorded: Played, base: string): HTMLElement => {
  const parts = cloneTemplate("player");
  const sound = isSound(recorded);
  const media = parts.get(sound ? "audio" : "video", HTMLMediaElement);
  media.hidden = false;
  if (!sound) media.setAttribute("poster", `${base}/thumbnail.jpg`);
  media.append(chaptersTrack(base));
  media.src = `${base}/file`;
  const player: Player = { parts, media, duration: recorded.duration };
  moveCursor(player);
  void beside(`${base}/timeline`, NOTHING).then((timeline) => {
    showTimeline(player, timeline, recorded.participants);
    return beside<unknown>(`${base}/waveform.json`, []).then((told) => {
      const peaks = peaksOf(told);
      showWave(player, peaks);
      parts.text("lines").hidden =
        peaks.length === 0 && timeline.turns.length === 0;
    });
  });
  return parts.root;
};
