/** A director and the people that it watches, told as a scene. */
import type { Temperament } from "../../mixer/contract.js";
import { createDirector } from "../../mixer/video/director.js";

/** A picture's time at 50 fps. */
const STEP = 20_000;
/** Talkers stay for so long after their speech, as in the mix; milliseconds. */
const HELD = 500;

/** Who talks from when to when, in milliseconds. */
export type Speech = [who: string, from: number, to: number];

export type Scene = {
  speech: Speech[];
  /** Who is there, in seat order, from when on; `abcd` from the start unless told otherwise. */
  present?: Record<number, string>;
  temperament?: Temperament;
  until?: number;
};

const presentAt = (present: Record<number, string>, time: number) =>
  Object.entries(present)
    .filter(([from]) => Number(from) <= time)
    .at(-1)![1];

/** Every change of the large tile: `a@0 b@1300`. */
export const play = ({
  speech,
  present = { 0: "abcd" },
  ...more
}: Scene): string => {
  const { temperament = "normal", until = 8_000 } = more;
  const director = createDirector(temperament, 0);
  const changes: string[] = [];
  let large: string | undefined = "nobody yet";
  const nobody = { talkers: new Set<string>(), speaking: new Set<string>() };
  director.observe(nobody, new Set(presentAt(present, 0)), -STEP);
  for (let now = 0; now <= until * 1_000; now += STEP) {
    const time = now / 1_000;
    const heard = (held: number) =>
      new Set(
        speech
          .filter(([, from, to]) => from <= time && time < to + held)
          .map(([who]) => who),
      );
    const there = new Set(presentAt(present, time));
    const next = director.observe(
      { talkers: heard(HELD), speaking: heard(0) },
      there,
      now,
    );
    if (next !== large) changes.push(`${next ?? "-"}@${time}`);
    large = next;
  }
  return changes.join(" ");
};
