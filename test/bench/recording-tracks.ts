/** What each participant's own track costs, beside a recording that runs anyway. */
import { median } from "../helpers/median.js";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate, setTimeout as delay } from "node:timers/promises";
import { createAudioMix } from "../../mixer/audio/mix.js";
import type { TrackKind } from "../../mixer/contract.js";
import { MIX_RATE, TICK, TICK_SAMPLES } from "../../mixer/media.js";
import { createTracks } from "../../mixer/output/tracks/tracks.js";
import { OwnSounds } from "../../mixer/room/own-sounds.js";
import { sine } from "../helpers/tone.js";
import type { Server } from "../helpers/server.js";
import { print } from "./figures.js";
import { startLoad } from "./load/start.js";
import {
  beyond,
  costOf,
  LOAD,
  SETTLE_MS,
  start,
  stop,
  type Cost,
} from "./recording-cost.js";

const SECONDS = 60;
const PEOPLE = 8;

/** What the work itself takes, without anything else that runs: everybody talks all the time. */
export const measureWork = async (): Promise<void> => {
  const directory = await mkdtemp(join(tmpdir(), "tutti-bench-"));
  const mix = createAudioMix();
  const own = new OwnSounds(mix, new Set(), "");
  const recording = { directory, recording: "r", channels: 1 } as const;
  const tracks = await createTracks({ ...recording, onProblem: print });
  const people = Array.from({ length: PEOPLE }, (_, at) => `p${at}`);
  for (const id of people) mix.add(id);
  let used = 0;
  own.add((id, samples, pts) => tracks.write(id, samples, pts));
  for (let tick = 0; tick < SECONDS * 50; tick++) {
    for (const [at, id] of people.entries()) {
      const from = tick * TICK_SAMPLES;
      const samples = sine(300 + 70 * at, { from, count: 960, level: -20 });
      mix.write(id, samples, MIX_RATE, 1, tick * TICK);
    }
    mix.tick(tick * TICK);
    const before = process.cpuUsage();
    own.tick(tick * TICK);
    const { user, system } = process.cpuUsage(before);
    used += user + system;
    // Files are opened and written meanwhile.
    if (tick % 50 === 0) await setImmediate();
  }
  await tracks.close(SECONDS * 1_000_000);
  await rm(directory, { recursive: true, force: true });
  const share = used / 1e4 / SECONDS;
  print(
    `tracks of ${PEOPLE} who all talk all the time: ${share.toFixed(2)} % of a core in the mixer`,
  );
};

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
      added.push(beyond(recorded, without));
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
