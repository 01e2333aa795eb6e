/** What the regions over the picture are called. Pure. */
import type { ParticipantInfo, TileMap, TilePlace } from "../sdk/index.js";

/** The same for a tile as long as it shows the same. */
export const tileKey = ({ participant, source }: TilePlace): string =>
  `${participant} ${source}`;

/** Whose tile it is, for a title. */
export const tileName = (
  { source }: TilePlace,
  name: string,
  isSelf: boolean,
): string =>
  source === "share"
    ? isSelf
      ? "Your screen"
      : `${name}’s screen`
    : isSelf
      ? `${name} (you)`
      : name;

/** Who is kept large for everybody, if the map is of everybody's view: others have their own reasons. */
export const pinnedIn = (map: TileMap | undefined): string | undefined =>
  map?.view === "main" ? map.pinned : undefined;

const PICTURE = {
  live: "",
  off: "camera off",
  waiting: "picture is coming",
  stalled: "picture is stuck",
} as const satisfies Record<TilePlace["state"], string>;

/** All that the tile shows, in words, as a screen reader says it. */
export const tileLabel = (
  tile: TilePlace,
  person: ParticipantInfo | undefined,
  { isSelf, isPinned }: { isSelf: boolean; isPinned: boolean },
): string => {
  const name = tileName(tile, person?.name ?? "Somebody", isSelf);
  const isCamera = tile.source === "camera";
  const voice = person?.muted ? "muted" : person?.talking ? "talking" : "";
  return [
    name,
    isCamera ? voice : "",
    PICTURE[tile.state],
    isCamera && isPinned ? "kept large" : "",
  ]
    .filter((word) => word !== "")
    .join(", ");
};

/** What the view shows instead of everybody, for the sign over the picture; undefined while it is everybody. */
export const viewSign = (
  view: string,
  participants: readonly ParticipantInfo[],
): string | undefined => {
  const [, kind, id] = /^(solo|own):(.+)$/.exec(view) ?? [];
  if (kind === "own") return "Without you";
  if (kind === undefined) return view === "main" ? undefined : `View “${view}”`;
  const name = participants.find((person) => person.id === id)?.name;
  return `Only ${name ?? "one person"}`;
};

/** Where a voice is heard, -1 to 1, for people. */
export const panText = (pan: number): string => {
  const part = Math.round(100 * Math.abs(pan));
  if (part === 0) return "Middle";
  return `${part} % ${pan < 0 ? "left" : "right"}`;
};
