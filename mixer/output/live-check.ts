/** What can be seen of a running recording by the times of its units alone, so that people hear of it in time. Pure. */
import type { Micros } from "../media.js";

/** Longer without a picture, or without sound, is told. A picture that stands still comes ten times a second. */
const HOLE: Micros = 1_000_000;
/** ITU-R BT.1359: lip-sync is noticed from 45 ms (sound early) or 125 ms (late) on. */
const MOST_DRIFT: Micros = 80_000;
/** In which the promptest unit of each kind counts: single ones are late whenever a machine is busy. */
const WINDOW: Micros = 5_000_000;

/** Looks at each unit as it comes; answers with a sentence for people when something is wrong that was not before. */
export type LiveCheck = {
  picture(pts: Micros, now: Micros): string | undefined;
  sound(pts: Micros, now: Micros): string | undefined;
};

type Track = { name: string; last: Micros | undefined; promptest: Micros };

const seconds = (micros: Micros): string => (micros / 1e6).toFixed(1);

/**
 * Sound and picture are made by two clocks of one zero. How much later one comes than the other is steady, unless one of
 * them goes astray.
 */
export const createLiveCheck = (): LiveCheck => {
  const picture: Track = {
    name: "picture",
    last: undefined,
    promptest: Infinity,
  };
  const sound: Track = { name: "sound", last: undefined, promptest: Infinity };
  let windowFrom: Micros | undefined;
  let usual: Micros | undefined;
  let told = false;

  const judge = (): string | undefined => {
    const apart = sound.promptest - picture.promptest;
    sound.promptest = picture.promptest = Infinity;
    if (!Number.isFinite(apart)) return undefined;
    usual ??= apart;
    const drift = Math.abs(apart - usual);
    if (drift <= MOST_DRIFT) told = false;
    if (drift <= MOST_DRIFT || told) return undefined;
    told = true;
    return `Sound and picture are ${Math.round(drift / 1_000)} ms apart`;
  };
  const take = (track: Track, pts: Micros, now: Micros): string | undefined => {
    const hole = pts - (track.last ?? pts);
    track.last = pts;
    track.promptest = Math.min(track.promptest, now - pts);
    windowFrom ??= pts;
    if (hole > HOLE) return `There was no ${track.name} for ${seconds(hole)} s`;
    if (pts - windowFrom < WINDOW) return undefined;
    windowFrom = pts;
    return judge();
  };
  return {
    picture: (pts, now) => take(picture, pts, now),
    sound: (pts, now) => take(sound, pts, now),
  };
};
