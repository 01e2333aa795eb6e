/** What a room does with feeds and sounds. */
import type { PlayedInfo } from "../infos.js";
import { ofMixer, type RoomContext } from "./context.js";
import {
  changeFeed,
  closeFeed,
  feedInfo,
  feedInfos,
  openFeed,
} from "./feeds.js";
import { changeSound, playSound, soundInfos, stopSound } from "./sounds.js";
import type { Room } from "./types.js";

const playing = (room: RoomContext): PlayedInfo[] => [
  ...soundInfos(room).map((sound) => ({
    ...sound,
    kind: "sound" as const,
  })),
  ...feedInfos(room).map(({ name: _name, ...feed }) => ({
    ...feed,
    kind: "feed" as const,
  })),
];

/** Tells moderators, or only this one, what plays: names of files are for nobody else. */
export const tellPlaying = (
  room: RoomContext,
  seats = room.seats.all(),
): void => {
  const moderators = seats.filter(
    ({ role, listener }) => role === "moderator" && listener !== undefined,
  );
  if (moderators.length === 0) return;
  const message = { type: "playing", playing: playing(room) } as const;
  for (const { listener } of moderators) listener?.(message);
};

export const playedOf = (room: RoomContext) =>
  ({
    feeds: () => feedInfos(room),
    feed: (id) => feedInfo(room, id),
    openFeed: async (asked) => openFeed(room, asked),
    changeFeed: (...asked) => changeFeed(room, ...asked),
    closeFeed: async (id) => closeFeed(room, id),
    sounds: () => soundInfos(room),
    playSound: (asked) => ofMixer(room, () => playSound(room, asked)),
    changeSound: (...asked) => changeSound(room, ...asked),
    stopSound: (id) => stopSound(room, id),
  }) satisfies Partial<Room>;
