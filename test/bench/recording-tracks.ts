/** What each participant's own track costs, beside a recording that runs anyway. */
import { setTimeout as delay } from "node:timers/promises";
import type { TrackKind } from "../../mixer/contract.js";
import type { Server } from "../helpers/server.js";
import { print } from "./figures.js";
import { startLoad } from "./load/start.js";
import {
  costOf,
  LOAD,
  median,
  SETTLE_MS,
  start,
  stop,
  type Cost,
} from "./recording-cost.js";

/** What tracks add to a recording that runs anyway: CPU per cent of a core, in turns. */
export const measureTracks = async (
  server: Server,
  {
    seconds,
    rounds,
    talkers,
  }: Record<"seconds" | "rounds" | "talkers", number>,
): Promise<void> => {
  const room = `tracks-${talkers}`;
  const people = { ...LOAD, participants: 8, talkers };
  const load = await startLoad(server, { room, ...people, camera: false });
  const added: Cost[] = [];
  const costWith = async (tracks: TrackKind): Promise<Cost> => {
    const id = await start(server, room, tracks);
    await delay(SETTLE_MS);
    const cost = await costOf(server, seconds);
    await stop(server, room, id);
    // The look through the file is over.
    await delay(SETTLE_MS);
    return cost;
  };
  try {
    await delay(SETTLE_MS);
    for (let round = 0; round < rounds; round++) {
      const without = await costWith("none");
      const recorded = await costWith("audio");
      added.push({
        cpu: recorded.cpu - without.cpu,
        memory: recorded.memory - without.memory,
      });
      print(
        `recorded ${without.cpu.toFixed(1)} %, with tracks ${recorded.cpu.toFixed(1)} %`,
      );
    }
  } finally {
    load.disconnect();
  }
  print(
    `tracks of 8 participants, ${talkers} of them talking, add ${median(added.map(({ cpu }) => cpu)).toFixed(1)} % of a core and ${median(added.map(({ memory }) => memory)).toFixed(0)} MB`,
  );
};
