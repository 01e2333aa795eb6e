/** Everything in a room that comes from files and addresses: who is fed, and what is played. */
import type { FeedEvents, ParticipantId } from "../contract.js";
import { Feeds, type FeedsOptions } from "./feeds.js";
import { Sounds } from "./sounds.js";
import type { View } from "./view.js";

/** What is told of it. */
type Told = {
  onFeed: (status: Omit<FeedEvents["feed"], "room">) => void;
  onSound: (status: Omit<FeedEvents["sound"], "room">) => void;
};

export type Played = {
  readonly feeds: Feeds;
  readonly sounds: Sounds;
  /** The participant has left. */
  closeOf: (participant: ParticipantId) => void;
  showIn: (view: View) => void;
  /** Idempotent; resolves when no process is left. */
  close: () => Promise<void>;
};

export const createPlayed = ({
  onFeed,
  onSound,
  ...options
}: Omit<FeedsOptions, "onStatus"> & Told): Played => {
  const feeds = new Feeds({
    ...options,
    onStatus: (participant, status) => onFeed({ participant, status }),
  });
  const sounds = new Sounds({
    ...options,
    onStatus: (sound, status) => onSound({ sound, status }),
  });
  return {
    feeds,
    sounds,
    closeOf: (participant) => {
      void feeds.close(participant);
      void sounds.closeOf(participant);
    },
    showIn: (view) => feeds.showIn(view),
    close: async () => {
      await Promise.all([feeds.closeAll(), sounds.closeAll()]);
    },
  };
};
