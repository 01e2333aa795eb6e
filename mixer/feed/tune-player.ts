/** Plays a tune as a player plays a file: no process, 10 ms at a time. */
import { now, startTicker } from "../clock.js";
import type {
  Playback,
  PlaybackState,
  PlaybackStatus,
  Tune,
} from "../contract.js";
import type { PlayerOptions } from "./player.js";
import { BLOCK, BLOCK_SAMPLES, CHANNELS, RATE } from "./timeline.js";
import { lengthOf, render } from "./tunes.js";

export type Playing = {
  readonly status: PlaybackStatus;
  set(change: Partial<Playback>): void;
  close(): Promise<void>;
};

type TuneOptions = Omit<PlayerOptions, "input" | "picture" | "onPicture">;

/** 10 ms of the tune on both channels, valid until the next. */
const createBlocks = (tune: Tune) => {
  const mono = new Int16Array(BLOCK_SAMPLES);
  const block = new Int16Array(BLOCK_SAMPLES * CHANNELS);
  return (at: number, loop: boolean): Int16Array => {
    render(tune, at, loop, mono);
    for (let i = 0; i < BLOCK_SAMPLES; i++)
      block[2 * i] = block[2 * i + 1] = mono[i]!;
    return block;
  };
};

export const playTune = (tune: Tune, options: TuneOptions): Playing => {
  const { onSound, onStatus } = options;
  const length = lengthOf(tune);
  const blockAt = createBlocks(tune);
  let { playing, loop } = options;
  let at = Math.round(options.position * RATE);
  let state: PlaybackState = playing ? "playing" : "paused";

  const status = (): PlaybackStatus => ({
    state,
    position: (loop ? at % length : Math.min(at, length)) / RATE,
    duration: length / RATE,
    video: false,
  });
  const become = (next: PlaybackState): void => {
    if (next === state) return;
    state = next;
    onStatus(status());
  };
  const tick = (): void => {
    if (state !== "playing") return;
    if (!loop && at >= length) return become("ended");
    onSound(blockAt(at, loop), now());
    at += BLOCK_SAMPLES;
  };
  const ticker = startTicker({
    ...{ ticksPerSecond: 1_000_000 / BLOCK, maxCatchUp: 10 },
    ...{ onTick: tick, onSkip: () => undefined },
  });
  return {
    get status() {
      return status();
    },
    set: (change) => {
      playing = change.playing ?? playing;
      loop = change.loop ?? loop;
      const { position } = change;
      if (position !== undefined) at = Math.round(position * RATE);
      else if (state === "ended" && playing) at = 0;
      become(playing ? "playing" : "paused");
    },
    close: async () => ticker.stop(),
  };
};
