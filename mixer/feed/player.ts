/** Plays a file or an address by our clock: blocks of sound and pictures at their time, paused, sought and looped. */
import { now, startTicker, type Ticker } from "../clock.js";
import type { Playback, PlaybackState, PlaybackStatus } from "../contract.js";
import type { FfmpegEnd } from "../ffmpeg.js";
import type { I420Frame, Micros } from "../media.js";
import type { Input } from "./arguments.js";
import { startDecoder, type Decoder } from "./decoder.js";
import { reasonOf, Retries } from "./retries.js";
import { BLOCK, BLOCK_SAMPLES, CHANNELS, Timeline } from "./timeline.js";

export type PlayerOptions = Playback & {
  input: Input;
  /** False: the sound alone. */
  picture: boolean;
  /** 10 ms, interleaved stereo of 48 kHz; valid during the call only. */
  onSound: (samples: Int16Array, at: Micros) => void;
  /** The frame stays as it is until four further ones were given. */
  onPicture?: (frame: I420Frame, at: Micros) => void;
  onStatus: (status: PlaybackStatus) => void;
};

const TICKS_PER_SECOND = 1_000_000 / BLOCK;
/** After a stall at most so many blocks are made up for, as many as the sound's clock makes up for: 100 ms. */
const MAX_CATCH_UP = 10;
/** A picture that stands is shown again, so that no tile takes it for stalled (1 s). */
const STANDING: Micros = 500_000;
/** Without anything new for so long it no longer counts as playing: 1 s. */
const STARVED = TICKS_PER_SECOND;

/** So long before its end the next round of a loop is made ready: ffmpeg's start takes a second where much goes on. */
const NEXT_ROUND = 3;

const micros = (seconds: number): Micros => Math.round(seconds * 1_000_000);

/**
 * A player's life: `connecting` until something is decoded, then `playing` or `paused`; `ended` and `failed` come last,
 * but a change wakes it up again.
 *
 * - Paused, ffmpeg waits for room in its pipe; a live source is let go, and joined again where it is by then.
 * - ffmpeg's death is not its own: it is started again where it was. A file five times, an address for ever.
 */
export class Player {
  readonly #options: PlayerOptions;
  readonly #timeline = new Timeline();
  readonly #isAddress: boolean;
  readonly #retries: Retries;
  readonly #block = new Int16Array(BLOCK_SAMPLES * CHANNELS);
  #decoder: Decoder | undefined;
  /** Waits at the beginning for the end of what loops. */
  #next: Decoder | undefined;
  /** One that dies while it waits is not made again at once. */
  #prepared = false;
  #gone: Promise<unknown> = Promise.resolve();
  #ticker: Ticker | undefined;
  #retry: NodeJS.Timeout | undefined;
  #state: PlaybackState = "connecting";
  #playing: boolean;
  #loop: boolean;
  #reason: string | undefined;
  #duration: number | undefined;
  /** The decoder has come to the end. */
  #over = false;
  #everBegan = false;
  #starved = 0;
  #picture: I420Frame | undefined;
  #shownAt: Micros = 0;
  #closed = false;

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.#playing = options.playing;
    this.#loop = options.loop;
    this.#isAddress = !options.input.url.startsWith("file:");
    this.#retries = new Retries(this.#isAddress);
    if (options.input.live && !options.playing) this.#state = "paused";
    else this.#run(micros(options.position));
    this.#ticker = startTicker({
      ticksPerSecond: TICKS_PER_SECOND,
      maxCatchUp: MAX_CATCH_UP,
      onTick: () => this.#tick(),
      onSkip: () => undefined,
    });
  }

  /** What it shows, for who comes later. */
  get picture(): I420Frame | undefined {
    return this.#picture;
  }

  get status(): PlaybackStatus {
    return {
      state: this.#state,
      position: this.#timeline.position / 1_000_000,
      duration: this.#duration,
      video: this.#everBegan ? this.#timeline.video : undefined,
      reason: this.#reason,
    };
  }

  set(change: Partial<Playback>): void {
    if (this.#closed) return;
    const { playing, position, loop } = change;
    const { live } = this.#options.input;
    this.#playing = playing ?? this.#playing;
    this.#loop = loop ?? this.#loop;
    const done = this.#state === "ended" || this.#state === "failed";
    const idle = this.#decoder === undefined && !this.#over;
    if (position !== undefined && !live) this.#restart(micros(position));
    else if (done && this.#playing)
      this.#restart(this.#state === "ended" ? 0 : this.#timeline.position);
    else if (live && !this.#playing) this.#leave();
    else if (idle && this.#playing) this.#restart(this.#timeline.position);
    if (this.#state === "playing" || this.#state === "paused")
      this.#become(this.#playing ? "playing" : "paused");
  }

  /** Ends it; resolves when no process is left. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#ticker?.stop();
    this.#ticker = undefined;
    this.#letGo();
    await this.#gone;
  }

  #leave(): void {
    this.#letGo();
    this.#become("paused");
  }

  #letGo(): void {
    clearTimeout(this.#retry);
    for (const decoder of [this.#decoder, this.#next])
      if (decoder !== undefined)
        this.#gone = Promise.all([this.#gone, decoder.close()]);
    this.#decoder = this.#next = undefined;
    this.#prepared = false;
  }

  /** Afresh from this position of the source. */
  #restart(position: Micros): void {
    this.#letGo();
    this.#run(position);
    this.#become("connecting");
  }

  #run(position: Micros): void {
    this.#timeline.reset(position);
    this.#decode(position);
  }

  #decode(position: Micros): void {
    this.#over = false;
    this.#retries.started(now());
    this.#decoder = this.#start(position, false);
  }

  #start(position: Micros, held: boolean): Decoder {
    const { input, picture } = this.#options;
    const timeline = this.#timeline;
    const decoder = startDecoder({
      ...{ input, position, picture, held },
      sink: timeline,
      isFull: () => !input.live && timeline.full,
      onDuration: (duration) => {
        // A file that is sent live says how long it is; what comes after it is not over then.
        if (!input.live) this.#duration = duration;
      },
      onEnd: (end) => {
        if (decoder === this.#decoder) this.#onEnd(end);
        else if (decoder === this.#next) this.#next = undefined;
      },
    });
    return decoder;
  }

  /** Everything of the run is on the time line. */
  #onEnd(end: FfmpegEnd): void {
    if (!end.ok || this.#endless) {
      this.#letGo();
      return this.#fail(end);
    }
    this.#decoder = undefined;
    if (this.#loop && !this.#timeline.empty) return this.#goRound();
    this.#over = true;
  }

  #goRound(): void {
    this.#timeline.begin(0);
    const next = this.#next;
    this.#next = undefined;
    this.#prepared = false;
    if (next === undefined) return this.#decode(0);
    this.#retries.started(now());
    this.#decoder = next;
    next.release();
  }

  #prepareRound(): void {
    const left = (this.#duration ?? Infinity) - this.#timeline.position / 1e6;
    if (!this.#loop || left >= NEXT_ROUND || this.#prepared) return;
    this.#prepared = true;
    this.#next = this.#start(0, true);
  }

  /** Of a stream that has come to its end there may be more in a moment, from its beginning. */
  get #endless(): boolean {
    return this.#isAddress && this.#duration === undefined;
  }

  #fail(end: FfmpegEnd): void {
    const reason = end.ok ? "It has ended" : reasonOf(end);
    const wait = this.#retries.failed(now(), this.#everBegan);
    if (wait === undefined) return this.#become("failed", reason);
    this.#become("connecting", reason);
    const position = this.#endless ? 0 : this.#timeline.position;
    this.#retry = setTimeout(() => this.#run(position), wait);
  }

  #tick(): void {
    if (this.#state === "connecting") this.#begin();
    if (this.#state === "playing") this.#play();
    this.#stand();
  }

  #begin(): void {
    const timeline = this.#timeline;
    if (!timeline.primed && !(this.#over && !timeline.empty)) {
      // A run of nothing, e.g. from a place behind the end.
      if (this.#over) this.#finish();
      return;
    }
    this.#everBegan = true;
    this.#starved = 0;
    if (!this.#playing) this.#show(timeline.peek());
    this.#become(this.#playing ? "playing" : "paused");
  }

  #play(): void {
    const timeline = this.#timeline;
    if (this.#options.input.live) timeline.catchUp();
    if (timeline.empty) return this.#starve();
    if (this.#starved > 0 && !timeline.primed && !this.#over) return;
    this.#starved = 0;
    const frame = timeline.advance(this.#block);
    this.#options.onSound(this.#block, now());
    this.#show(frame);
    if (!timeline.full) this.#decoder?.resume();
    this.#prepareRound();
  }

  #starve(): void {
    if (this.#over) return this.#finish();
    this.#decoder?.resume();
    if (++this.#starved === STARVED)
      this.#become("connecting", "Nothing has come for a second");
  }

  #finish(): void {
    if (this.#loop) return this.#restart(0);
    this.#letGo();
    this.#become("ended");
  }

  #show(frame: I420Frame | undefined): void {
    if (frame === undefined) return;
    this.#picture = frame;
    this.#shownAt = now();
    this.#options.onPicture?.(frame, this.#shownAt);
  }

  #stand(): void {
    const stands = this.#state !== "ended" && this.#state !== "failed";
    if (stands && now() - this.#shownAt >= STANDING) this.#show(this.#picture);
  }

  #become(state: PlaybackState, reason?: string): void {
    const same = state === this.#state && reason === this.#reason;
    this.#reason = reason;
    this.#state = state;
    if (!same && !this.#closed) this.#options.onStatus(this.status);
  }
}
