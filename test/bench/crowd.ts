/** What a room costs by what is shown of it, not by how many are there: part of `npm run bench -- video`. */
import { setTimeout as delay } from "node:timers/promises";
import type { ViewLayout } from "../../mixer/contract.js";
import type { Server } from "../helpers/server.js";
import { family, grown, print, readMetrics, usageSince } from "./figures.js";
import type { LoadOptions } from "./load/main.js";
import { startLoad } from "./load/start.js";
import { withServer } from "./serve.js";

const ROOM = "bench";
/** Hints for less come after 3 s. */
const SETTLE_MS = 8_000;
const MEASURED_MS = 10_000;

type Figures = {
  /** The mixer's, % of a core. */
  cpu: number;
  /** Camera pictures that were decoded and reached the mixer, a second. */
  received: number;
};

const measure = async (server: Server): Promise<Figures> => {
  const [before, processes] = [await readMetrics(server), family(server)];
  const start = performance.now();
  await delay(MEASURED_MS);
  const seconds = (performance.now() - start) / 1_000;
  const usage = usageSince(processes, seconds);
  const after = await readMetrics(server);
  return {
    cpu: usage.find(({ name }) => name === "mixer")?.cpu ?? NaN,
    received:
      grown(before, after, "tutti_mixer_frames_received_total") / seconds,
  };
};

/** The main view shows one of them alone. */
const showOne = async ({ url }: Server): Promise<void> => {
  const room = `${url}/v1/rooms/${ROOM}/layout`;
  const { tiles } = (await (await fetch(room)).json()) as ViewLayout;
  const { ok, status } = await fetch(room, {
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ layout: "solo", pinned: tiles[0]!.participant }),
  });
  if (!ok) throw new Error(`the layout was not taken: ${status}`);
};

type Crowd = Pick<LoadOptions, "participants" | "camera"> & { solo?: boolean };

/** Three of them talk, all watch. */
const costOf = async ({ participants, camera, solo }: Crowd) => {
  const found: Figures[] = [];
  const options = { participants, camera, room: ROOM, viewers: 0, talkers: 3 };
  await withServer({}, async (server) => {
    const load = await startLoad(server, {
      ...options,
      ...{ follow: true, muted: false, video: "h264" },
    });
    try {
      if (solo) await showOne(server);
      await delay(SETTLE_MS);
      found.push(await measure(server));
    } finally {
      load.disconnect();
    }
  });
  return found[0]!;
};

const tell = (what: string, { cpu, received }: Figures): void =>
  print(
    `${what.padEnd(60)} ${cpu.toFixed(1).padStart(7)} % CPU ${received.toFixed(1).padStart(7)} camera pictures/s`,
  );

/** A minute and a half: five rooms, one after the other. */
export const crowd = async (): Promise<void> => {
  const nine = await costOf({ participants: 9, camera: true });
  tell("room of 9, cameras follow hints", nine);
  const many = await costOf({ participants: 25, camera: true });
  tell("room of 25, cameras follow hints", many);
  print(`25 cost ${(many.cpu / nine.cpu).toFixed(2)} times what 9 do`);
  const unseen = await costOf({ participants: 9, camera: true, solo: true });
  tell("room of 9, of which the picture shows one", unseen);
  const off = await costOf({ participants: 9, camera: false });
  tell("room of 9, all cameras off", off);
};
