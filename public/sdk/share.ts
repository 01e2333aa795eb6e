import type { Need } from "./encoding.js";
import type { Publisher } from "./publisher.js";

/** Milliseconds between two looks at the size of a shared window, which browsers do not tell. */
const LOOK_EVERY = 2000;

export type ShareOptions = {
  /** A publisher of its own for each share: the connection lives as long as the share. */
  open: () => Publisher;
  /** Whether we share, whenever that changes. */
  onSharing: (sharing: boolean) => void;
};

export type Share = {
  /** Instead of what is shared now, if anything. Ends by itself when the track ends. The tracks stay the caller's. */
  start(track: MediaStreamTrack, audio: MediaStreamTrack | null): Promise<void>;
  stop(): void;
  setNeed(need: Need): void;
  /** As of a publisher; they do nothing while nothing is shared. */
  restart(): void;
  retryNow(): void;
};

type Session = {
  readonly publisher: Publisher;
  setTracks(
    track: MediaStreamTrack,
    audio: MediaStreamTrack | null,
  ): Promise<void>;
  close(): void;
};

const openSession = (publisher: Publisher, onEnded: () => void): Session => {
  let watched: MediaStreamTrack | undefined;
  const timer = setInterval(publisher.refresh, LOOK_EVERY);
  const watch = (track: MediaStreamTrack | undefined): void => {
    watched?.removeEventListener("ended", onEnded);
    watched = track;
    watched?.addEventListener("ended", onEnded);
  };
  return {
    publisher,
    setTracks: async (track, audio) => {
      watch(track);
      await Promise.all([
        publisher.setTrack("video", track),
        publisher.setTrack("audio", audio),
      ]);
    },
    close: () => {
      watch(undefined);
      clearInterval(timer);
      publisher.close();
    },
  };
};

/** The screen that is shared: a second publication beside microphone and camera. */
export const createShare = ({ open, onSharing }: ShareOptions): Share => {
  let session: Session | undefined;
  let seated = false;
  const stop = (): void => {
    const ending = session;
    session = undefined;
    ending?.close();
    if (ending !== undefined) onSharing(false);
  };
  return {
    start: async (track, audio) => {
      const known = session;
      const current = known ?? openSession(open(), stop);
      session = current;
      await current.setTracks(track, audio);
      if (known !== undefined || session !== current) return;
      onSharing(true);
      if (seated) current.publisher.restart();
    },
    stop,
    setNeed: (need) => session?.publisher.setNeed(need),
    restart: () => {
      seated = true;
      session?.publisher.restart();
    },
    retryNow: () => session?.publisher.retryNow(),
  };
};
