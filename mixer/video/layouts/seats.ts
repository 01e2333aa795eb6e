import { isShareId, type SourceId } from "./types.js";

/** Who left gives the place to the last one. */
const fillPlaces = (
  seats: SourceId[],
  present: ReadonlySet<SourceId>,
): SourceId[] => {
  for (let seat = 0; seat < seats.length; seat++) {
    while (seat < seats.length && !present.has(seats[seat]!)) {
      const last = seats.pop()!;
      if (seat < seats.length) seats[seat] = last;
    }
  }
  return seats;
};

/**
 * The seat order after somebody came or went: who stays keeps the place, the place of one who left is taken by the
 * last, newcomers come last. So one leaving moves one other tile at most within a grid of the same size. Screens come
 * after all faces, in the order of their coming: none that ends moves a face.
 */
export const keepSeats = (
  seats: readonly SourceId[],
  present: ReadonlySet<SourceId>,
): SourceId[] => {
  const order = [...new Set([...seats, ...present])];
  const faces = order.filter((id) => !isShareId(id));
  const screens = order.filter((id) => isShareId(id) && present.has(id));
  return [...fillPlaces(faces, present), ...screens];
};
