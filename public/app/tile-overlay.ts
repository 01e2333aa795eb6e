import type { ParticipantInfo, TileMap, TilePlace } from "../sdk/index.js";
import {
  containedBox,
  inReadingOrder,
  placeInCanvas,
  type Box,
} from "./geometry.js";
import { pinnedIn, tileKey, tileLabel } from "./tile-text.js";

export type People = {
  readonly participants: readonly ParticipantInfo[];
  readonly self: string | undefined;
};

export type OverlayOptions = {
  video: HTMLVideoElement;
  /** Lies over the video, and gets the regions. */
  place: HTMLElement;
  /** A region was pressed, at this point of the window. */
  onPress: (tile: TilePlace, region: HTMLElement, anchor: Box) => void;
  /** A region is gone. */
  onGone: (region: HTMLElement) => void;
};

export type TileOverlay = {
  setMap(map: TileMap): void;
  setPeople(people: People): void;
  close(): void;
};

const setBox = (
  { style }: HTMLElement,
  { x, y, width, height }: Box,
  unit: "px" | "%",
): void => {
  style.left = `${x}${unit}`;
  style.top = `${y}${unit}`;
  style.width = `${width}${unit}`;
  style.height = `${height}${unit}`;
};

/** Where the region was pressed; its middle when that was done by keyboard. */
const anchorOf = (event: MouseEvent, region: HTMLElement): Box => {
  const { x, y, width, height } = region.getBoundingClientRect();
  return event.detail > 0
    ? { x: event.clientX, y: event.clientY, width: 0, height: 0 }
    : { x: x + width / 2, y: y + height / 2, width: 0, height: 0 };
};

type Region = { readonly element: HTMLButtonElement; tile: TilePlace };

const createRegion = (tile: TilePlace, { onPress }: OverlayOptions): Region => {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "tile";
  element.dataset.participant = tile.participant;
  element.dataset.source = tile.source;
  element.setAttribute("aria-haspopup", "menu");
  const region: Region = { element, tile };
  element.onclick = (event) =>
    onPress(region.tile, element, anchorOf(event, element));
  return region;
};

/** Puts the elements in this order, and touches none that is in its place: a moved one loses its focus. */
const putInOrder = (
  place: HTMLElement,
  elements: readonly HTMLElement[],
): void => {
  const focused = document.activeElement;
  elements.forEach((element, index) => {
    const there = place.children[index] ?? null;
    if (there !== element) place.insertBefore(element, there);
  });
  if (
    focused instanceof HTMLElement &&
    focused !== document.activeElement &&
    place.contains(focused)
  )
    focused.focus();
};

/** The regions of one map, made and kept by what they show. */
const renderRegions = (
  regions: Map<string, Region>,
  map: TileMap,
  options: OverlayOptions,
): void => {
  const keys = new Set(map.tiles.map(tileKey));
  for (const [key, { element }] of regions)
    if (!keys.has(key)) {
      regions.delete(key);
      options.onGone(element);
      element.remove();
    }
  const ordered = inReadingOrder(map.tiles).map((tile) => {
    const key = tileKey(tile);
    const region = regions.get(key) ?? createRegion(tile, options);
    regions.set(key, region);
    region.tile = tile;
    setBox(region.element, placeInCanvas(tile, map), "%");
    region.element.style.zIndex = String(tile.z);
    return region.element;
  });
  putInOrder(options.place, ordered);
};

const renderLabels = (
  regions: Map<string, Region>,
  { participants, self }: People,
  pinned: string | undefined,
): void => {
  for (const { element, tile } of regions.values()) {
    const { participant: id } = tile;
    const person = participants.find((one) => one.id === id);
    const isSelf = id === self;
    const label = tileLabel(tile, person, { isSelf, isPinned: id === pinned });
    if (element.getAttribute("aria-label") !== label)
      element.setAttribute("aria-label", label);
  }
};

/**
 * Buttons over the one picture, each exactly over somebody's tile: names for screen readers, and places to press. They
 * follow the map that they are given, and the size at which the video is shown.
 */
export const createTileOverlay = (options: OverlayOptions): TileOverlay => {
  const { video, place } = options;
  const regions = new Map<string, Region>();
  let map: TileMap | undefined;
  let people: People = { participants: [], self: undefined };

  const fit = (): void => {
    if (map === undefined) return;
    const { clientWidth: width, clientHeight: height } = video;
    setBox(place, containedBox({ width, height }, map), "px");
  };
  const observer = new ResizeObserver(fit);
  observer.observe(video);
  return {
    setMap: (next) => {
      map = next;
      fit();
      renderRegions(regions, map, options);
      renderLabels(regions, people, pinnedIn(map));
    },
    setPeople: (next) => {
      people = next;
      renderLabels(regions, people, pinnedIn(map));
    },
    close: () => {
      observer.disconnect();
      place.replaceChildren();
    },
  };
};
