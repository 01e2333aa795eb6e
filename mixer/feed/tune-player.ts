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

export const playTune = (
  tune: Tune,
  options: Omit<PlayerOptions, "input" | "picture" | "onPicture">,
): Playing => {
  const { onSound, onStatus } = options;
  const length = lengthOf(tune);
  const mono = new Int16Array(BLOCK_SAMPLES);
  const block = new Int16Array(BLOCK_SAMPLES * CHANNELS);
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
    render(tune, at, loop, mono);
    at += BLOCK_SAMPLES;
    for (let i = 0; i < BLOCK_SAMPLES; i++)
      block[2 * i] = block[2 * i + 1] = mono[i]!;
    onSound(block, now());
  };
  const ticker = startTicker({
    ticksPerSecond: 1_000_000 / BLOCK,
    maxCatchUp: 10,
    onTick: tick,
    onSkip: () => undefined,
  });
  return {
    get status() {
      return status();
    },
    set: (change) => {
      playing = change.playing ?? playing;
      loop = change.loop ?? loop;
      if (change.position !== undefined)
        at = Math.round(change.position * RATE);
      else if (state === "ended" && playing) at = 0;
      become(playing ? "playing" : "paused");
    },
    close: async () => ticker.stop(),
  };
};
