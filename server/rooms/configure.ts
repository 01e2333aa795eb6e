/** A change of a room's options. */
import { assertOpen, type RoomContext } from "./context.js";
import { checkMusic } from "./notices.js";
import { tellAgc } from "./people.js";
import type { RoomOptions } from "./types.js";
import { configureMain } from "./views.js";

/** All or nothing: what may be refused comes first. */
export const configure = async (
  room: RoomContext,
  { video, layout, ...changes }: Partial<RoomOptions>,
): Promise<void> => {
  assertOpen(room);
  await configureMain(room, { video, layout });
  const { options: former, recordings, seats } = room;
  const options = { ...former, ...changes };
  room.options = options;
  room.lasting = true;
  if (options.agc !== former.agc) await tellAgc(room);
  checkMusic(room);
  if (
    options.record &&
    !former.record &&
    seats.size > 0 &&
    recordings.size === 0
  )
    await recordings.start({ format: "mp4" });
};
