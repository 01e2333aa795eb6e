/** Who goes first. All of it keeps the seat order where it can, so that few move when the speaker changes. */
import type { LayoutRequest, LayoutSource } from "./types.js";

const isCamera = ({ kind }: LayoutSource): boolean => kind === "camera";

/** The newest first. */
export const sharesOf = (sources: readonly LayoutSource[]): LayoutSource[] =>
  sources
    .filter((source) => !isCamera(source))
    .reverse()
    .sort((a, b) => (b.since ?? 0) - (a.since ?? 0));

/** Cameras in seat order, then screens: a screen that comes or goes moves no face. */
export const facesFirst = (
  sources: readonly LayoutSource[],
): LayoutSource[] => [...sources.filter(isCamera), ...sharesOf(sources)];

/** The speaker's camera; without a speaker, or when that one is not there, whoever has the first seat. */
export const focusOf = ({
  sources,
  speaker,
}: Pick<LayoutRequest, "sources" | "speaker">): LayoutSource | undefined => {
  const cameras = sources.filter(isCamera);
  return (
    cameras.find(({ participant }) => participant === speaker) ?? cameras[0]
  );
};

const swapped = <Item>(list: readonly Item[], a: number, b: number): Item[] => {
  const result = [...list];
  [result[a], result[b]] = [result[b]!, result[a]!];
  return result;
};

/** `focus` and the first change places: everybody else stays where they are. */
export const focusFirst = (
  sources: readonly LayoutSource[],
  focus: LayoutSource | undefined,
): LayoutSource[] =>
  focus === undefined
    ? [...sources]
    : swapped(sources, 0, sources.indexOf(focus));

/** The first `count`; `focus`, if it would be left out, in the place of the last. */
export const keepVisible = (
  sources: readonly LayoutSource[],
  focus: LayoutSource | undefined,
  count: number,
): LayoutSource[] => {
  const index = focus === undefined ? -1 : sources.indexOf(focus);
  const order =
    index >= count && count > 0 ? swapped(sources, count - 1, index) : sources;
  return order.slice(0, count);
};
