/** How wide a mix is, and how two channels that were one come apart. Pure. */
import type { Channels } from "./planes.js";

/** Ticks from the middle to the sides, 0.4 s: as long as a voice takes from one side to the other. */
const TURN = 20;
/** Ticks before that begins: what waits in a queue, 120 ms at most, is the same on both channels still. */
const WAIT = 6;

/** Whether two channels are the same, or apart. */
export class Width {
  /** Below 0 they are the same, and have been for a tick. */
  #ticks: number;

  constructor(isWide: boolean) {
    this.#ticks = isWide ? TURN : -WAIT;
  }

  /** 0 to 1, which the tick ends with. */
  get value(): number {
    return Math.max(0, this.#ticks) / TURN;
  }

  get isNarrow(): boolean {
    return this.#ticks < 0;
  }

  /** From the next tick on, without a way there. */
  reset(isWide: boolean): void {
    this.#ticks = isWide ? TURN : -WAIT;
  }

  /** Once a tick. */
  turn(towards: boolean): void {
    if (towards && this.#ticks < TURN) this.#ticks++;
    else if (!towards && this.#ticks >= 0) this.#ticks--;
  }
}

/** What is to be known of a mix by what is heard in it. */
export type Scene = {
  readonly channels: Channels;
  /** 0, where both channels are the same, to 1, where everybody is heard in their own place. */
  readonly width: number;
};

/**
 * The channels of a mix, which may change while it is heard: a second one begins as the first one, and then voices go to
 * their places; before it goes, they come back. So nothing jumps, and who hears but one hears nothing of it.
 */
export class Stage implements Scene {
  channels: Channels;
  wanted: Channels;
  readonly #width = new Width(true);

  constructor(channels: Channels) {
    this.channels = this.wanted = channels;
  }

  get width(): number {
    return this.#width.value;
  }

  /** Once, as a tick begins. */
  tick(): void {
    if (this.wanted === 2 && this.channels === 1) this.#widen();
    else if (this.wanted === 1 && this.#width.isNarrow) this.channels = 1;
    else if (this.channels === 2) this.#width.turn(this.wanted === 2);
  }

  #widen(): void {
    this.channels = 2;
    this.#width.reset(false);
  }
}
