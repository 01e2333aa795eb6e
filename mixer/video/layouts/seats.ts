import type { SourceId } from "./types.js";

/**
 * The seat order after somebody came or went: who stays keeps the place, the place of one who left is taken by the
 * last, newcomers come last. So one leaving moves one other tile at most within a grid of the same size.
 */
export const keepSeats = (
  seats: readonly SourceId[],
  present: ReadonlySet<SourceId>,
): SourceId[] => {
  const known = new Set(seats);
  const result = [...seats, ...[...present].filter((id) => !known.has(id))];
  for (let seat = 0; seat < result.length; seat++) {
    while (seat < result.length && !present.has(result[seat]!)) {
      const last = result.pop()!;
      if (seat < result.length) result[seat] = last;
    }
  }
  return result;
};
