/** What a tick of fifty people costs by who hears whom: CPU in µs, without encoders. */
import type { Channels } from "../../mixer/audio/planes.js";
import {
  costOfFifty,
  createFifty,
  FIFTY,
  FIFTY_WAYS,
} from "../helpers/fifty.js";
import { print } from "./figures.js";

const FEW = 3;
const SPENT = { runs: 7, ticks: 50 };
const EVERY: readonly Channels[] = [1, 2];

/** Of the ways whose titles have `only` in them. */
export const measureRooms = (only = ""): void => {
  const columns = ["mono", "stereo"].flatMap((name) =>
    [FEW, FIFTY].map((talkers) => `${name}, ${talkers} talk`.padStart(16)),
  );
  print(`µs per tick, ${FIFTY} people`.padEnd(42) + columns.join(""));
  for (const way of FIFTY_WAYS) {
    if (!way.includes(only)) continue;
    const costs = EVERY.flatMap((channels) =>
      [FEW, FIFTY].map((talkers) =>
        costOfFifty(createFifty(channels, way), talkers, SPENT)
          .toFixed(0)
          .padStart(16),
      ),
    );
    print(way.padEnd(42) + costs.join(""));
  }
};
