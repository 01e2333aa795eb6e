/** Recordings and broadcasts, as moderators ask for them. Asking for what already is so changes nothing. */
import { ConferenceError } from "../errors.js";
import type { LiveOutput, RenditionName } from "../../mixer/contract.js";
import { checkTarget } from "../rooms/live/target.js";
import type { Room } from "../rooms/types.js";
import type { RecordingInfo } from "./messages.js";
import { asModerator, DONE, type Of, type Reply } from "./seat.js";
import type { Session } from "./session-state.js";

const runningIn = (room: Room): RecordingInfo[] =>
  room
    .recordings()
    .filter(({ state }) => state === "recording" || state === "paused");

const setPaused = async (room: Room, paused: boolean): Promise<void> => {
  await Promise.all(
    runningIn(room).map(({ id }) => room.pauseRecording(id, paused)),
  );
};

export const record = async (
  session: Session,
  { state, format = "mp4", tracks }: Of<"record">,
): Promise<Reply> => {
  const { room } = asModerator(session);
  const running = runningIn(room);
  if (state === "stopped") {
    // Of one that somebody else has just ended the end is waited for.
    const left = room.recordings().filter((one) => one.state !== "failed");
    await Promise.all(left.map(({ id }) => room.stopRecording(id)));
  } else if (state === "paused") await setPaused(room, true);
  else if (running.length === 0) await room.startRecording({ format, tracks });
  else if (running.every((one) => one.state === "paused"))
    await setPaused(room, false);
  return DONE;
};

/** As the REST interface has it where nothing is said. */
const RENDITIONS: RenditionName[] = ["high", "medium", "audio"];

const startHls = async (room: Room): Promise<void> => {
  const runs = room.lives
    .all()
    .some(({ output, state }) => output.type === "hls" && state !== "failed");
  const output: LiveOutput = {
    ...{ type: "hls", renditions: RENDITIONS, lowLatency: true },
  };
  if (!runs) await room.startLive({ view: "main", output });
};

const startPush = async (
  { config }: Session,
  room: Room,
  url: string,
): Promise<void> => {
  checkTarget(url, config.liveHosts);
  const output = { type: "push", url, rendition: "high" } as const;
  await room.startLive({ view: "main", output });
};

export const live = async (
  session: Session,
  { state, url, live: id }: Of<"live">,
): Promise<Reply> => {
  const { room } = asModerator(session);
  const ids = room.lives.all().map((one) => one.id);
  if (state === "stopped") {
    if (id !== undefined && !ids.includes(id))
      throw new ConferenceError("not-found", `There is no live output "${id}"`);
    const meant = id === undefined ? ids : [id];
    await Promise.all(meant.map((one) => room.lives.stop(one)));
  } else if (url === undefined) await startHls(room);
  else await startPush(session, room, url);
  return DONE;
};
