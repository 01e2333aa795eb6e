import type { Call } from "../sdk/index.js";
import { ask } from "./ask.js";
import type { Parts } from "./dom.js";
import { setUpLayout } from "./layout-menu.js";
import type { Menus } from "./menu.js";
import { notify } from "./notices.js";
import { setUpPages } from "./pages.js";
import { setUpQuality } from "./quality.js";
import { setUpSharing } from "./sharing.js";
import { tileMenu } from "./tile-menu.js";
import { createTileOverlay } from "./tile-overlay.js";
import { viewSign } from "./tile-text.js";
import { createTileTiming } from "./tile-timing.js";

const setUpTiles = (parts: Parts, call: Call, menus: Menus): (() => void) => {
  const video = parts.get("mix", HTMLVideoElement);
  const overlay = createTileOverlay({
    video,
    place: parts.text("tiles"),
    onPress: (tile, region, anchor) => {
      if (menus.isOpenFor(region)) return menus.close();
      const content = tileMenu(call, tile);
      if (content !== undefined) menus.open(content, region, anchor);
    },
    onGone: (region) => {
      if (menus.isOpenFor(region)) menus.close();
    },
  });
  const timing = createTileTiming(video, overlay.setMap);
  const renderPeople = (): void => overlay.setPeople(call.room());
  call.on("tiles", timing.put);
  call.on("participants", renderPeople);
  call.on("joined", renderPeople);
  return () => {
    timing.close();
    overlay.close();
  };
};

/** The sign over a picture that is not everybody's, and the way back. */
const setUpView = (parts: Parts, call: Call): void => {
  const render = (): void => {
    const text = viewSign(call.watching().view, call.room().participants);
    parts.text("view-sign").hidden = text === undefined;
    if (text !== undefined) parts.text("view-text").textContent = text;
  };
  parts.button("show-everybody").onclick = () =>
    void ask(call.watch({ view: "main" }));
  call.on("tiles", render);
  call.on("watch", render);
  call.on("participants", render);
};

/** What is given up before this is hardly seen: the status says it. */
const WORTH_TELLING = 3;

const setUpOverload = (call: Call): void => {
  let before = call.room().overload.level;
  call.on("overload", ({ level, message }) => {
    if (level > before && level >= WORTH_TELLING) notify(message);
    before = level;
  });
};

/**
 * All that is about the one picture: who is where in it, which view and quality one watches, everybody's layout, and
 * one's own shared screen. The returned function ends it.
 */
export const setUpPicture = (
  parts: Parts,
  call: Call,
  menus: Menus,
): (() => void) => {
  setUpView(parts, call);
  setUpQuality(parts, call, menus);
  setUpLayout(parts, call, menus);
  setUpPages(parts, call);
  setUpOverload(call);
  const stops = [setUpTiles(parts, call, menus), setUpSharing(parts, call)];
  return () => {
    for (const stop of stops) stop();
  };
};
