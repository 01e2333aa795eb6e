/** Pictures that wait as long as the voice of the same person does: where a machine is busy its queue is longer. */
import type { Micros } from "../media.js";

/** A third of the time from one picture to the next: less moves no picture to another one of the mix. */
const LEAST: Micros = 10_000;

export type PictureHold<Picture> = {
  /** Shows it now, or when the voice of its time is heard; never after a newer one. */
  take(picture: Picture): void;
  /** Forgets what waits. */
  clear(): void;
};

/** `lag`: how long a voice waits that comes now, beyond what it does on a quiet machine. */
export const createPictureHold = <Picture>(
  lag: () => Micros,
  show: (picture: Picture) => void,
): PictureHold<Picture> => {
  const waiting = new Set<NodeJS.Timeout>();
  let taken = 0;
  let shown = 0;
  const put = (picture: Picture, number: number): void => {
    if (number < shown) return;
    shown = number;
    show(picture);
  };
  return {
    take: (picture) => {
      const number = ++taken;
      const wait = lag();
      if (wait < LEAST) return put(picture, number);
      const timer = setTimeout(() => {
        waiting.delete(timer);
        put(picture, number);
      }, wait / 1_000);
      waiting.add(timer);
    },
    clear: () => {
      for (const timer of waiting) clearTimeout(timer);
      waiting.clear();
    },
  };
};
