/** What a killed server was recording: it waits for its meeting where that may come back, and is made playable where not. */
import type { RecordingId } from "../../mixer/contract.js";
import type { Log } from "../log.js";
import type { Supervisor } from "../mixers/supervisor.js";
import type { KeptRecording, KeptRoom, LeftRecording } from "../rooms/kept.js";
import { KILLED } from "../rooms/recording-return.js";
import type { Directory } from "../rooms/types.js";
import { isRunning } from "./entry.js";
import type { Library } from "./library.js";

/** A machine that starts anew takes minutes. Whoever meets later than this after a kill meets for something else. */
const MEETING_OVER_MS = 15 * 60_000;

export type Restored = {
  /** Recordings that wait for their meeting. */
  readonly waiting: ReadonlySet<RecordingId>;
  /** Waits no longer: what nobody has come back to is finished. */
  giveUp(): void;
};

type Found = Pick<Library, "get" | "keptRooms" | "lastWritten" | "keep">;

const findLeft = async (
  { get, lastWritten }: Found,
  room: KeptRoom,
  kept: KeptRecording,
): Promise<LeftRecording | undefined> => {
  const entry = await get(kept.id).catch(() => undefined);
  if (entry?.room !== room.room || !isRunning(entry)) return undefined;
  const leftAt = await lastWritten(kept.id);
  const isOver = Date.now() - leftAt.getTime() > MEETING_OVER_MS;
  return isOver ? undefined : { ...kept, leftAt };
};

/** Opens the rooms as they were. To be called before anybody can join one; when `wait` is false nothing waits. */
export const restoreRooms = async (
  library: Found,
  directory: Pick<Directory, "restore">,
  { wait, log }: { wait: boolean; log: Log },
): Promise<Restored> => {
  const waiting = new Set<RecordingId>();
  const rooms: ReturnType<Directory["restore"]>[] = [];
  for (const kept of await library.keptRooms()) {
    const found = await Promise.all(
      kept.recordings.map((one) => findLeft(library, kept, one)),
    );
    const recordings = found.filter((one) => one !== undefined);
    if (!wait || recordings.length === 0) {
      library.keep(kept.room, undefined);
      continue;
    }
    rooms.push(directory.restore({ ...kept, recordings }));
    for (const { id } of recordings) waiting.add(id);
    log.info({ room: kept.room }, "recorded room waits for its people");
  }
  return {
    waiting,
    giveUp: () => {
      for (const room of rooms) room.giveUp();
    },
  };
};

/** Makes the recordings playable that a killed server left behind and that do not wait, one after the other. */
export const repairLeftovers = async (
  { unfinished, finished, failed }: Library,
  { supervisor, log }: { supervisor: Supervisor; log: Log },
  waiting: ReadonlySet<RecordingId>,
): Promise<void> => {
  for (const { id: recording, format } of await unfinished()) {
    if (waiting.has(recording)) continue;
    const params = { recording, format };
    try {
      const mixer = supervisor.pick();
      const result = await mixer.request("recording.repair", params);
      await finished(recording, result, KILLED);
      log.info({ recording, ...result }, "recording repaired");
    } catch (error) {
      log.error({ err: error, recording }, "recording not repaired");
      // A mixer that is going down with the server says nothing about the file.
      if (!supervisor.ready()) return;
      await failed(recording, `It cannot be repaired: ${String(error)}`);
    }
  }
};
