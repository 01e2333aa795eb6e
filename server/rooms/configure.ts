/** A change of a room's options. */
import { isDeepStrictEqual } from "node:util";
import { assertOpen, type RoomContext } from "./context.js";
import type { SoundOptions } from "../../mixer/contract.js";
import type { OptionsInfo } from "../infos.js";
import { checkMusic, soundsOf } from "./notices.js";
import { tellAgc } from "./people.js";
import type { RoomOptions } from "./types.js";
import { configureMain } from "./views.js";

export const soundOf = ({
  options: { stereo, loudest },
}: Pick<RoomContext, "options">): SoundOptions => ({ stereo, loudest });

/** What everybody in the room is told of its options. */
export const shownOptions = ({
  title,
  muteOnEntry,
  ...options
}: Omit<RoomOptions, "video" | "layout">): OptionsInfo => {
  const { agc, stereo, loudest, record, recordingLimits = {} } = options;
  const sounds = soundsOf(options.sounds);
  const heard = { agc, stereo, loudest, sounds };
  return { title, muteOnEntry, ...heard, record, recordingLimits };
};

/** Tells everybody, if anything of it is new. */
const tellOptions = (
  { seats, options }: RoomContext,
  former: RoomContext["options"],
): void => {
  const now = shownOptions(options);
  if (!isDeepStrictEqual(now, shownOptions(former)))
    seats.tell({ type: "options", ...now });
};

/** All or nothing: what may be refused comes first. */
export const change = async (
  room: RoomContext,
  { video, layout, ...changes }: Partial<RoomOptions>,
): Promise<void> => {
  assertOpen(room);
  await configureMain(room, { video, layout });
  const { options: former, recordings, seats, host, name } = room;
  const options = { ...former, ...changes };
  room.options = options;
  room.remember();
  tellOptions(room, former);
  if (options.agc !== former.agc) await tellAgc(room);
  const sound = soundOf(room);
  if (!isDeepStrictEqual(sound, soundOf({ options: former })))
    await host.tell("room.sound", { room: name, ...sound });
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
  room.remember();
};
