/** What moderators play into their room. */
import { ConferenceError } from "../errors.js";
import { shallPlay } from "../played.js";
import type { SoundChange } from "../rooms/playback.js";
import type { Room } from "../rooms/types.js";
import { feedRequest, playableIn, soundRequest } from "../shelf.js";
import { asModerator, DONE, type Of, type Reply } from "./seat.js";
import type { Session } from "./session-state.js";

export const playable = async (session: Session): Promise<Reply> => {
  const { room } = asModerator(session);
  const { shelf, config } = session;
  const found = await playableIn(shelf, room.name);
  const pushes = config.liveHosts.length > 0;
  return { type: "playable", ...found, pushes };
};

export const play = async (
  session: Session,
  { sound, feed }: Of<"play">,
): Promise<Reply> => {
  const { room } = asModerator(session);
  const { shelf } = session;
  if (sound !== undefined)
    await room.playSound(await soundRequest(shelf, sound));
  if (feed !== undefined)
    await room.openFeed(
      await feedRequest(shelf, feed, {
        mayUse: (of) => of === room.name,
        headers: session.headers,
      }),
    );
  return DONE;
};

type Kind = {
  change: (id: string, change: SoundChange) => Promise<unknown>;
  stop: (id: string) => Promise<void>;
};

/** Throws `bad-request` for what only a sound has. */
const changeFeed =
  (room: Room): Kind["change"] =>
  (id, { duck, ...change }) => {
    if (duck === undefined) return room.changeFeed(id, change);
    throw new ConferenceError("bad-request", "duck: only a sound has one");
  };

/** A sound and a feed never have the same id. Throws `not-found`. */
const kindOf = (room: Room, id: string): Kind => {
  if (room.sounds().some((one) => one.id === id))
    return { change: room.changeSound, stop: room.stopSound };
  if (room.feeds().some((one) => one.id === id))
    return { change: changeFeed(room), stop: room.closeFeed };
  throw new ConferenceError("not-found", `Nothing plays as "${id}"`);
};

export const playback = async (
  session: Session,
  { played, state, position, loop, volume, duck }: Of<"playback">,
): Promise<Reply> => {
  const { room } = asModerator(session);
  const { change, stop } = kindOf(room, played);
  if (state === "stopped") {
    await stop(played);
    return DONE;
  }
  const playing = shallPlay(state);
  await change(played, { playing, position, loop, volume, duck });
  return DONE;
};
