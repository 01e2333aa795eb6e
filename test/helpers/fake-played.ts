/** The fake mixer's feeds and sounds: everything plays at once, but for files whose name says otherwise. */
import type {
  FeedRequests,
  Failure,
  MediaSource,
  PlaybackStatus,
} from "../../mixer/contract.js";

export type Place = { played?: Record<string, object> };
type Refuse = (code: Failure["code"], message: string) => never;

const check = (source: MediaSource, refuse: Refuse): void => {
  if (!("name" in source) || source.kind === "tune") return;
  if (source.name === "none.mp4")
    refuse("not-found", `There is no file "${source.name}"`);
  if (source.name === "text.txt")
    refuse("bad-request", "It cannot be played: Invalid data");
};

const statusOf = (played: object): PlaybackStatus => {
  const { playing, position } = played as {
    playing: boolean;
    position: number;
  };
  return {
    state: playing ? "playing" : "paused",
    position,
    duration: 100,
    video: true,
  };
};

export const playedHandlers = (
  inRoom: (room: string) => Place,
  refuse: Refuse,
): {
  [Name in keyof FeedRequests]: (
    params: FeedRequests[Name]["params"],
  ) => unknown;
} => {
  const all = (room: string): Record<string, object> =>
    (inRoom(room).played ??= {});
  const change = (room: string, id: string, what: object): PlaybackStatus => {
    const played = all(room)[id] ?? refuse("not-found", `No ${id} here`);
    return statusOf(Object.assign(played, what));
  };
  return {
    "feed.open": ({ room, participant, ...feed }) => {
      check(feed.source, refuse);
      all(room)[participant] = feed;
      return statusOf(feed);
    },
    "feed.set": ({ room, participant, change: what }) =>
      change(room, participant, what),
    "sound.play": ({ room, sound }) => {
      check(sound.source, refuse);
      all(room)[sound.id] = sound;
      return statusOf(sound);
    },
    "sound.set": ({ room, sound, change: what }) => change(room, sound, what),
    "sound.stop": ({ room, sound }) => {
      Reflect.deleteProperty(all(room), sound);
    },
    "media.inspect": () => ({ duration: 2, audio: true, video: false }),
  };
};
