import type {
  LayoutChoice,
  LayoutName,
  ParticipantId,
  ViewSettings,
} from "../contract.js";
import type { Micros } from "../media.js";
import { createDirector, type Director } from "./director.js";
import type { Heard } from "./voices.js";
import {
  easeTiles,
  effectiveLayout,
  keepSeats,
  layoutNameOf,
  layoutTiles,
  pagesOf,
  speakersOf,
  type LayoutRequest,
  type LayoutSource,
  type SourceId,
  type Tile,
} from "./layouts/index.js";

/** Long enough to be followed by the eye, short enough not to be waited for. */
export const MOVE: Micros = 250_000;
/** Whoever was away for longer than this saw nothing that could move. */
const SEEN: Micros = 500_000;
/** A move begins where the last picture was; one that came late must not skip much of it. */
const LATEST_START: Micros = 50_000;

/** Where the tiles are now and where they go; equal when they rest. */
export type Places = { tiles: readonly Tile[]; targets: readonly Tile[] };

/** Whether both look the same. */
export const sameTile = (a: Tile, b: Tile): boolean =>
  a.id === b.id &&
  a.x === b.x &&
  a.y === b.y &&
  a.width === b.width &&
  a.height === b.height &&
  a.z === b.z &&
  a.fit === b.fit &&
  a.border.inside === b.border.inside;

const sameTiles = (a: readonly Tile[], b: readonly Tile[]): boolean =>
  a.length === b.length && a.every((tile, at) => sameTile(tile, b[at]!));

/**
 * Decides who stands where, and moves them there. Pure: no clock, no pixels.
 *
 * - `places` once for each picture; it lays out anew only after `touch` or `set`, or for another speaker.
 * - Seats: who stays keeps the place when others come and go.
 * - Who is gone disappears at once; all else moves for 250 ms, unless nobody looked on lately.
 */
export class Stage {
  readonly #director: Director;
  #settings: ViewSettings;
  #touched = true;
  #seats: SourceId[] = [];
  #sources: readonly LayoutSource[] = [];
  #speakers: ReadonlySet<ParticipantId> = new Set();
  #pinned: ParticipantId | undefined;
  #speaker: ParticipantId | undefined;
  #layout: LayoutChoice = "grid";
  #pages = 1;
  #from: readonly Tile[] = [];
  #tiles: readonly Tile[] = [];
  #targets: readonly Tile[] = [];
  #since: Micros = Number.NEGATIVE_INFINITY;
  #seenAt: Micros = Number.NEGATIVE_INFINITY;

  /** Settings here and in `set` must have passed `checkLayout`. */
  constructor(settings: ViewSettings) {
    this.#settings = settings;
    this.#director = createDirector(settings.temperament);
  }

  set(settings: ViewSettings): void {
    this.#settings = settings;
    this.#director.setTemperament(settings.temperament);
    this.#touched = true;
  }

  /** Sources came or went, or something of theirs that a layout may ask for changed. */
  touch(): void {
    this.#touched = true;
  }

  /** The layout in effect and its pages, as of the last `places`. */
  get name(): LayoutName | "custom" {
    return layoutNameOf(this.#layout);
  }

  get pages(): number {
    return this.#pages;
  }

  /** The page that is shown: the last one if the one that was asked for is not there. */
  get page(): number {
    return Math.min(this.#settings.page, this.#pages - 1);
  }

  /** `sources`, in the order of their coming, is called only when something was touched. */
  places(
    sources: () => readonly LayoutSource[],
    heard: Heard,
    now: Micros,
  ): Places {
    if (this.#touched) this.#seat(sources());
    const observed = this.#director.observe(heard, this.#speakers, now);
    const speaker = this.#pinned ?? observed;
    if (this.#touched || speaker !== this.#speaker) {
      this.#touched = false;
      this.#speaker = speaker;
      this.#layOut(now);
    }
    this.#seenAt = now;
    const progress = (now - this.#since) / MOVE;
    this.#tiles =
      progress < 1
        ? easeTiles(this.#from, this.#targets, progress)
        : this.#targets;
    return { tiles: this.#tiles, targets: this.#targets };
  }

  #seat(present: readonly LayoutSource[]): void {
    const byId = new Map(present.map((source) => [source.id, source]));
    this.#seats = keepSeats(this.#seats, new Set(byId.keys()));
    this.#sources = this.#seats.map((id) => byId.get(id)!);
    this.#layout = effectiveLayout(this.#settings, this.#sources);
    this.#speakers = speakersOf(this.#layout, this.#sources);
    const { pinned } = this.#settings;
    const there = this.#sources.some(
      ({ participant }) => participant === pinned,
    );
    // Alone on a canvas nobody may stand in for another.
    this.#pinned = there || this.#layout === "solo" ? pinned : undefined;
    this.#from = this.#from.filter(({ id }) => byId.has(id));
    this.#tiles = this.#tiles.filter(({ id }) => byId.has(id));
  }

  #layOut(now: Micros): void {
    const { width, height, page } = this.#settings;
    const request: LayoutRequest = {
      layout: this.#layout,
      sources: this.#sources,
      speaker: this.#speaker,
      width,
      height,
      page,
    };
    const targets = layoutTiles(request);
    this.#pages = pagesOf(request);
    if (sameTiles(targets, this.#targets)) return;
    this.#from = this.#tiles;
    this.#targets = targets;
    const watched = now - this.#seenAt <= SEEN && this.#tiles.length > 0;
    this.#since = watched
      ? Math.max(this.#seenAt, now - LATEST_START)
      : Number.NEGATIVE_INFINITY;
  }
}
