/** Where in a stereo room each voice is heard. */
import type { AudioMix } from "../audio/mix.js";
import type {
  ParticipantId,
  ParticipantMedia,
  ViewLayout,
} from "../contract.js";

/** The view whose tiles voices come from. */
const SPREAD_VIEW = "main";
/** A tile at the edge is not heard by one ear alone, which tires. */
const WIDEST = 0.8;

type Wish = Pick<ParticipantMedia, "pan" | "spread">;

/** Follows what is said of each, and the picture for those who are spread by it; in a mono room too, which may become stereo. */
export class Places {
  readonly #mix: Pick<AudioMix, "has" | "setPlace">;
  readonly #wishes = new Map<ParticipantId, Wish>();
  /** Of each tile's middle: -1 to 1. */
  readonly #tiles = new Map<ParticipantId, number>();

  constructor(mix: Pick<AudioMix, "has" | "setPlace">) {
    this.#mix = mix;
  }

  set(id: ParticipantId, { pan, spread }: Wish): void {
    this.#wishes.set(id, { pan, spread });
    this.#place(id, { pan, spread });
  }

  forget(id: ParticipantId): void {
    this.#wishes.delete(id);
    this.#tiles.delete(id);
  }

  /** The picture has changed. Whoever is on no tile now stays where it was. */
  follow({ view, width, tiles }: ViewLayout): void {
    if (view !== SPREAD_VIEW) return;
    for (const tile of tiles) {
      if (tile.participant === undefined || tile.source !== "camera") continue;
      const middle = ((tile.x + tile.width / 2) / width) * 2 - 1;
      const place = WIDEST * Math.max(-1, Math.min(1, middle));
      this.#tiles.set(tile.participant, place);
    }
    for (const [id, wish] of this.#wishes)
      if (wish.spread) this.#place(id, wish);
  }

  #place(id: ParticipantId, { pan, spread }: Wish): void {
    if (!this.#mix.has(id)) return;
    this.#mix.setPlace(id, spread ? (this.#tiles.get(id) ?? 0) : pan);
  }
}
