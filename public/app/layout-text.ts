/** The layouts that a moderator chooses among. Pure. */
import type { TileMap } from "../sdk/index.js";

export type LayoutName = Exclude<TileMap["layout"], "custom">;

export const LAYOUTS: readonly {
  layout: LayoutName;
  label: string;
  note: string;
}[] = [
  { layout: "grid", label: "Grid", note: "Everybody equally large" },
  { layout: "speaker", label: "Speaker", note: "Who talks is large" },
  { layout: "side-by-side", label: "Side by side", note: "Two people, halves" },
  { layout: "pip", label: "Picture in picture", note: "One in the corner" },
  { layout: "solo", label: "One alone", note: "Who talks, and nobody else" },
];

/**
 * Which layout was chosen for everybody, as far as it shows: the last one before a shared screen took over, and the last
 * one of the main view.
 */
export const chosenLayout = (
  before: TileMap["layout"] | undefined,
  { view, layout }: Pick<TileMap, "view" | "layout">,
): TileMap["layout"] | undefined =>
  view === "main" && layout !== "share" ? layout : before;
