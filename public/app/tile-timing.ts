import type { TileMap } from "../sdk/index.js";

/** Hz, of video's RTP timestamps, which have 32 bits. */
const CLOCK_RATE = 90_000;
/** Seconds that a map can be ahead of its picture. One that is further ahead is from before the timestamps went round. */
const AHEAD_AT_MOST = 10;

/** Whether a picture with this RTP timestamp, or a later one, is the one that the map tells of. */
export const isMapOf = (
  { timestamp }: Pick<TileMap, "timestamp">,
  rtpTimestamp: number,
): boolean => {
  // As signed 32 bits: right when the timestamps go round, too.
  const ahead = (timestamp - rtpTimestamp) | 0;
  return ahead <= 0 || ahead > AHEAD_AT_MOST * CLOCK_RATE;
};

/** Milliseconds after which a map is taken though its picture did not come: stills come every 2 s, sound alone has none. */
const WAIT_AT_MOST = 2500;

export type TileTiming = {
  /** Hands the map to `apply` with its picture. A newer one takes the place of one that waits. */
  put(map: TileMap): void;
  close(): void;
};

/** Whether the browser tells of each picture that it shows. */
const canWatch = (video: HTMLVideoElement): boolean =>
  "requestVideoFrameCallback" in video;

/** Holds tile maps back until the element shows the picture that they tell of. It looks at pictures only while one waits. */
export const createTileTiming = (
  video: HTMLVideoElement,
  apply: (map: TileMap) => void,
): TileTiming => {
  let waiting: TileMap | undefined;
  let watching = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const take = (): void => {
    const map = waiting;
    waiting = undefined;
    clearTimeout(timer);
    if (map !== undefined) apply(map);
  };
  const look: VideoFrameRequestCallback = (_now, { rtpTimestamp }) => {
    watching = false;
    if (waiting === undefined) return;
    // Browsers that do not tell the timestamp show the newest picture at any rate.
    if (rtpTimestamp === undefined || isMapOf(waiting, rtpTimestamp)) take();
    else watch();
  };
  const watch = (): void => {
    if (watching) return;
    watching = true;
    video.requestVideoFrameCallback(look);
  };

  return {
    put: (map) => {
      const first = waiting === undefined;
      waiting = map;
      if (!canWatch(video) || video.readyState < video.HAVE_CURRENT_DATA)
        return take();
      if (first) timer = setTimeout(take, WAIT_AT_MOST);
      watch();
    },
    close: () => {
      waiting = undefined;
      clearTimeout(timer);
    },
  };
};
