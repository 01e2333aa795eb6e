/** The page of those who only watch: it waits for the beginning, plays, and says when it is over. */
import { cloneTemplate, showScreen, type Parts } from "../dom.js";
import { play, type Player } from "./player.js";
import {
  behindText,
  choose,
  detailText,
  titleText,
  type LiveNow,
  type Showing,
} from "./text.js";

/** How often it is looked whether something has begun; nobody minds these seconds. */
const LOOK_EVERY_MS = 3_000;
const TELL_EVERY_MS = 1_000;
/** A player that stands still for so long has perhaps missed the end; and for so long is started anew. */
const STILL_MS = 3_000;
const STUCK_MS = 10_000;

type Page = {
  readonly parts: Parts;
  readonly video: HTMLVideoElement;
  readonly room: string;
  readonly wanted: string | null;
  readonly token: string | null;
  pin: string | undefined;
  /** Something has been played. */
  seen: boolean;
  showing: Showing;
  player: Player | undefined;
  /** Where the player was when it last moved, and when that was. */
  moved: { at: number; time: number };
};

type Answer = { title?: string; live: LiveNow[] };

const show = (page: Page, showing: Showing): void => {
  const { parts } = page;
  page.showing = showing;
  const playing = showing.is === "playing";
  parts.text("live-stage").dataset["state"] = showing.is;
  parts.text("live-card").hidden = playing;
  parts.text("live-sign").hidden = !playing;
  parts.text("live-title").textContent = titleText(showing);
  parts.text("live-detail").textContent = detailText(showing);
  parts.text("pin-form").hidden = showing.is !== "pin";
  if (!playing) parts.text("live-behind").textContent = "";
};

/** Browsers play sound only for people who have done something; then it begins without, and a button brings it. */
const begin = async ({ video, parts }: Page): Promise<void> => {
  try {
    video.muted = false;
    await video.play();
  } catch {
    video.muted = true;
    parts.button("unmute").hidden = false;
    await video.play().catch(() => undefined);
  }
};

const stop = (page: Page): void => {
  page.player?.close();
  page.player = undefined;
  show(page, { is: "looking" });
};

const start = (page: Page, live: LiveNow): void => {
  show(page, { is: "playing", live });
  page.moved = { at: 0, time: performance.now() };
  page.player = play(page.video, live, () => {
    stop(page);
    void look(page);
  });
  page.seen = true;
  void begin(page);
};

const ask = async ({ room, token, pin }: Page): Promise<Response> => {
  const query = pin === undefined ? "" : `?${new URLSearchParams({ pin })}`;
  return fetch(`/live/${room}/now.json${query}`, {
    headers: token === null ? {} : { Authorization: `Bearer ${token}` },
  });
};

const refuse = async (page: Page, response: Response): Promise<void> => {
  const { error } = (await response.json()) as {
    error: { code: string; message: string };
  };
  if (error.code !== "wrong-pin")
    return show(page, { is: "refused", message: error.message });
  show(page, { is: "pin", wrong: page.pin !== undefined });
  page.parts.get("pin", HTMLInputElement).focus();
};

/** Looks what there is, and goes on looking until something plays or the door is shut. */
const look = async (page: Page): Promise<void> => {
  const response = await ask(page).catch(() => undefined);
  if (response !== undefined && response.status >= 400 && response.status < 500)
    return refuse(page, response);
  if (response?.ok === true) {
    const { title, live } = (await response.json()) as Answer;
    const name = title ?? page.room;
    page.parts.text("live-room").textContent = name;
    document.title = `${name} · Tutti`;
    const found = choose(live, page.wanted);
    if (found !== undefined) return start(page, found);
    show(page, { is: page.seen ? "ended" : "soon" });
  }
  setTimeout(() => void look(page), LOOK_EVERY_MS);
};

/** Players do not always notice the end, or come out of a hole. */
const watchPlayer = async (page: Page): Promise<void> => {
  const { video, player, showing } = page;
  if (player === undefined || showing.is !== "playing") return;
  const time = performance.now();
  if (video.currentTime !== page.moved.at || video.paused)
    page.moved = { at: video.currentTime, time };
  const still = time - page.moved.time;
  if (still < STILL_MS) return;
  const response = await ask(page).catch(() => undefined);
  if (response?.ok !== true || page.player !== player) return;
  const { live } = (await response.json()) as Answer;
  const isThere = live.some(({ id }) => id === showing.live.id);
  if (isThere && still < STUCK_MS) return;
  stop(page);
  await look(page);
};

const setUp = (page: Page): void => {
  const { parts, video } = page;
  const unmute = parts.button("unmute");
  unmute.onclick = () => {
    video.muted = false;
    unmute.hidden = true;
  };
  parts.get("pin-form", HTMLFormElement).onsubmit = (event) => {
    event.preventDefault();
    page.pin = parts.get("pin", HTMLInputElement).value;
    void look(page);
  };
  setInterval(() => {
    const behind = behindText(page.player?.behind());
    parts.text("live-behind").textContent = behind;
    void watchPlayer(page);
  }, TELL_EVERY_MS);
};

export const showLive = (room: string): void => {
  const parts = cloneTemplate("live");
  const wishes = new URLSearchParams(location.search);
  const page: Page = {
    parts,
    room,
    video: parts.get("live-video", HTMLVideoElement),
    wanted: wishes.get("id"),
    token: wishes.get("token"),
    pin: wishes.get("pin") ?? undefined,
    seen: false,
    showing: { is: "looking" },
    player: undefined,
    moved: { at: 0, time: 0 },
  };
  showScreen(parts);
  setUp(page);
  show(page, { is: "looking" });
  void look(page);
};
