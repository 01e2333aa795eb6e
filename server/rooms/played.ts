/** What a room does with feeds and sounds. */
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
