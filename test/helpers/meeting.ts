/** A meeting that is recorded and loses its server, or a part of it: people without a browser, and what is known of its recordings. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import type { RecordingEntry } from "../../server/recordings/entry.js";
import { openSender } from "./peer.js";
import { killProcess } from "./processes.js";
import type { Rest } from "./rest.js";
import type { Server } from "./server.js";
import { openClient } from "./signaling.js";
import { until } from "./until.js";

export const MEETING = "meeting";

/** Somebody whose voice is a tone. */
export const enter = async (
  t: ExecutionContext,
  server: Server,
  { tone, ...greeting }: { tone: number; resume?: string; pin?: string },
) => {
  const client = await openClient(server.ws);
  const joined = await client.join(MEETING, greeting);
  const sender = openSender({ tone });
  t.teardown(sender.close);
  const sdp = await sender.offer();
  const answer = await client.request({ type: "publish", sdp });
  if (answer.type !== "answer") throw new Error(JSON.stringify(answer));
  await sender.accept(answer.sdp);
  return { ...client, joined, sender };
};

export const inMix = (rest: Rest, who: string, room = MEETING) =>
  until({
    what: `${who} is in the mix`,
    read: () => rest.api("GET", `/v1/rooms/${room}/participants`),
    accept: ({ json }) =>
      json.some(
        (one: { name: string; inMix: unknown }) =>
          one.name === who && one.inMix === true,
      ),
    within: 20_000,
  });

export const entryOf = async (
  rest: Rest,
  id: string,
): Promise<RecordingEntry> =>
  (await rest.api("GET", `/v1/recordings/${id}`)).json;

export const entryUntil = async (
  rest: Rest,
  id: string,
  accept: (entry: RecordingEntry) => boolean,
): Promise<RecordingEntry> => {
  const { value } = await until({
    what: `${id} is so far`,
    read: () => entryOf(rest, id),
    accept,
    within: 30_000,
  });
  return value;
};

export const hasEnded = ({ state }: RecordingEntry): boolean =>
  state === "stopped" || state === "failed";

/** When the file of a running one began, which is a moment after it was asked for; in ms since 1970. */
export const zeroOf = async (
  recordings: string,
  id: string,
): Promise<number> => {
  const path = join(recordings, `.${id}`, "part-000.mp4.json");
  const { value } = await until({
    what: `${path} says when the first part began`,
    read: () => readFile(path, "utf8").catch(() => ""),
    accept: (text) => text !== "",
  });
  return (JSON.parse(value) as { startedAt: number }).startedAt / 1000;
};

/** All at once, so that nobody has time to notice. */
export const killAll = async (server: Server): Promise<void> => {
  const family = server.processes();
  process.kill(server.pid, "SIGKILL");
  for (const one of family) killProcess(one);
  await server.kill();
};
