/** Plays a live playlist in a video element: by the browser itself where it can, by hls.js everywhere else. */
import Hls from "hls.js";
import { createStalls } from "./stalls.js";
import type { LiveNow } from "./text.js";

export type Player = {
  /** Seconds behind live; undefined where that is not known. */
  behind(): number | undefined;
  close(): void;
};

/** Nothing more comes: it is over, or cannot be fetched or played any more. */
type OnEnd = () => void;

/** A player that has fallen behind catches up so much faster: speech stays speech, and a second takes ten. */
const CATCH_UP = 1.1;
/** Seconds of what was seen that stay in memory. */
const KEPT = 20;
/** A stream that breaks so often in a row is looked up anew. */
const MOST_REPAIRS = 3;

const playNatively = (
  video: HTMLVideoElement,
  url: string,
  onEnd: OnEnd,
): Player => {
  video.src = url;
  video.onended = video.onerror = onEnd;
  return {
    behind: () => {
      const { getStartDate } = video as { getStartDate?: () => Date };
      const start = getStartDate?.call(video).getTime() ?? NaN;
      const at = start + video.currentTime * 1000;
      return Number.isNaN(at) ? undefined : (Date.now() - at) / 1000;
    },
    close: () => {
      video.onended = video.onerror = null;
      video.removeAttribute("src");
      video.load();
    },
  };
};

/** How far behind live the playlist itself asks players to stay, in seconds. */
const askedBy = ({ latestLevelDetails, lowLatencyMode }: Hls): number => {
  const { partHoldBack = 0, holdBack = 0 } = latestLevelDetails ?? {};
  return (lowLatencyMode && partHoldBack) || holdBack;
};

/** hls.js stays a second farther behind after each stall, and for good: after a while without one it may come back. */
const forgetStalls = (hls: Hls): void => {
  const stalls = createStalls();
  hls.on(Hls.Events.ERROR, (_, { details }) => {
    if (details === Hls.ErrorDetails.BUFFER_STALLED_ERROR)
      stalls.stalled(performance.now());
  });
  hls.on(Hls.Events.FRAG_BUFFERED, () => {
    const asked = askedBy(hls);
    if (asked > 0 && stalls.areOver(performance.now()))
      hls.targetLatency = asked;
  });
};

const playByScript = (
  video: HTMLVideoElement,
  { url, lowLatency }: LiveNow,
  onEnd: OnEnd,
): Player => {
  const hls = new Hls({
    lowLatencyMode: lowLatency,
    maxLiveSyncPlaybackRate: CATCH_UP,
    backBufferLength: KEPT,
  });
  let repairs = 0;
  hls.on(Hls.Events.ERROR, (_, { fatal, type }) => {
    if (!fatal) return;
    if (type === Hls.ErrorTypes.MEDIA_ERROR && repairs++ < MOST_REPAIRS)
      hls.recoverMediaError();
    else onEnd();
  });
  hls.on(Hls.Events.FRAG_BUFFERED, () => {
    repairs = 0;
  });
  forgetStalls(hls);
  video.onended = onEnd;
  hls.loadSource(url);
  hls.attachMedia(video);
  return {
    behind: () => {
      const at = hls.playingDate?.getTime();
      return at === undefined ? undefined : (Date.now() - at) / 1000;
    },
    close: () => {
      video.onended = null;
      hls.destroy();
    },
  };
};

/** Starts to play; `onEnd` comes at most once, and not after `close`. */
export const play = (
  video: HTMLVideoElement,
  live: LiveNow,
  onEnd: OnEnd,
): Player => {
  let over = false;
  const end = (): void => {
    if (over) return;
    over = true;
    onEnd();
  };
  const player = Hls.isSupported()
    ? playByScript(video, live, end)
    : playNatively(video, live.url, end);
  return {
    ...player,
    close: () => {
      over = true;
      player.close();
    },
  };
};
