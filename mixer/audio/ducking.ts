/** Voices are lowered while something plays over them, and come back. Pure: driven by ticks. */
import { TICK } from "../media.js";

/** From one gain to the other: long enough to be no jump, short enough to leave the first word of the sound clear. */
const TICKS = 200_000 / TICK;

export class Ducking {
  #value = 1;
  #target = 1;
  #step = 0;

  get active(): boolean {
    return this.#value !== 1 || this.#target !== 1;
  }

  /** Linear gain, 0 to 1; reached in a straight line. */
  set(gain: number): void {
    if (gain === this.#target) return;
    this.#target = gain;
    this.#step = (gain - this.#value) / TICKS;
  }

  /** What the tick ends with; each goes there in a straight line from what the one before ended with. */
  next(): number {
    if (this.#value === this.#target) return this.#value;
    const next = this.#value + this.#step;
    const there =
      this.#step > 0
        ? next >= this.#target - 1e-9
        : next <= this.#target + 1e-9;
    this.#value = there ? this.#target : next;
    return this.#value;
  }
}
