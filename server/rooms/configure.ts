/** A change of a room's options. */
import { assertOpen, type RoomContext } from "./context.js";
import type { SoundOptions } from "../../mixer/contract.js";
import { ConferenceError } from "../errors.js";
import { checkMusic } from "./notices.js";
import { tellAgc } from "./people.js";
import type { RoomOptions } from "./types.js";
import { configureMain } from "./views.js";

export const soundOf = ({
  options: { stereo, loudest },
}: RoomContext): SoundOptions => ({ stereo, loudest });

/** Throws `conflict`: every encoder and file of a room that is used has its channels. */
const assertChannels = (
  { host, options, name }: RoomContext,
  stereo = options.stereo,
): void => {
  if (stereo === options.stereo || host.state() === "idle") return;
  throw new ConferenceError(
    "conflict",
    `stereo: cannot be changed while somebody is in room "${name}"`,
  );
};

/** What everybody in the room is told of its options. */
const tellOptions = ({ seats, options }: RoomContext): void => {
  const { title, muteOnEntry } = options;
  seats.tell({ type: "options", title, muteOnEntry });
};

/** All or nothing: what may be refused comes first. */
export const change = async (
  room: RoomContext,
  { video, layout, ...changes }: Partial<RoomOptions>,
): Promise<void> => {
  assertOpen(room);
  assertChannels(room, changes.stereo);
  await configureMain(room, { video, layout });
  const { options: former, recordings, seats, host, name } = room;
  const options = { ...former, ...changes };
  room.options = options;
  if (
    options.title !== former.title ||
    options.muteOnEntry !== former.muteOnEntry
  )
    tellOptions(room);
  if (options.agc !== former.agc) await tellAgc(room);
  const { loudest } = options;
  if (loudest !== former.loudest)
    await host.tell("room.sound", { room: name, loudest });
  checkMusic(room);
  if (
    options.record &&
    !former.record &&
    seats.size > 0 &&
    recordings.size === 0
  )
    await recordings.start({ format: "mp4" });
};

/** Whoever sets a room up from outside wants to find it again. */
export const configure = async (
  room: RoomContext,
  options: Partial<RoomOptions>,
): Promise<void> => {
  await change(room, options);
  room.lasting = true;
};
