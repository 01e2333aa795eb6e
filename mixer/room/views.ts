/** A room's pictures: those that were set, and those that are there while somebody needs them. */
import {
  IMPLICIT_VIEW,
  MixerError,
  type OverloadLevel,
  type ParticipantId,
  type SourceKind,
  type ViewLayout,
  type ViewName,
  type ViewSettings,
} from "../contract.js";
import { now } from "../clock.js";
import type { Counters } from "../counters.js";
import type { Load } from "./load.js";
import type { EncoderChoice } from "../video/encoder.js";
import { sourceIdOf, type SourceId } from "../video/layouts/index.js";
import { rungsFor } from "./rungs.js";
import { View } from "./view.js";

export type ViewsOptions = {
  /** Of the view `main`, which is there as long as the room. */
  main: ViewSettings;
  encoder: EncoderChoice;
  counters: Counters;
  load: Load;
  isThere: (participant: ParticipantId) => boolean;
  /** A view is new: it shows nobody yet. */
  onOpen: (view: View) => void;
  /** Whoever watches the first is to watch the second from now on. */
  onMoved: (from: View, to: View) => void;
  onLayout: (layout: ViewLayout) => void;
  onError: (error: unknown) => void;
};

const MAIN: ViewName = "main";

type Held = {
  readonly view: View;
  /** How many need it: subscriptions, recordings, requests that run. */
  holders: number;
  /** Set by somebody, so it stays without holders. */
  isSet: boolean;
};

type Implicit = { kind: "solo" | "own"; participant: ParticipantId };

const implicitOf = (name: ViewName): Implicit | undefined => {
  const [, kind, participant] = IMPLICIT_VIEW.exec(name) ?? [];
  if (participant === undefined) return undefined;
  return { kind: kind as Implicit["kind"], participant };
};

/** As the main view, but one alone; `own` is the main view itself, without one tile. */
const settingsOf = (
  { kind, participant }: Implicit,
  main: ViewSettings,
): ViewSettings =>
  kind === "own"
    ? main
    : { ...main, layout: "solo", pinned: participant, page: 0 };

/** As the main view, but one alone: a camera as large as the tile of a grid, and of a screen all that can be read. */
const aloneIn = (
  main: ViewSettings,
  pinned: ParticipantId,
  source: SourceKind,
): ViewSettings => {
  const { fps, ...canvas } = main;
  const rungs = rungsFor({ width: canvas.width, height: canvas.height, fps });
  const small = rungs.find(({ name }) => name === "360p") ?? rungs[0];
  const { width, height } = (source === "camera" && small) || canvas;
  const own = { layout: "solo", autoShare: false, labels: "off" } as const;
  return { ...main, ...own, width, height, pinned, page: 0 };
};

const asBadRequest = <Result>(work: () => Result): Result => {
  try {
    return work();
  } catch (error) {
    if (error instanceof TypeError)
      throw new MixerError("bad-request", error.message, { cause: error });
    throw error;
  }
};

const isSameSize = (a: ViewSettings, b: ViewSettings): boolean =>
  a.width === b.width && a.height === b.height && a.fps === b.fps;

/**
 * The views of a room.
 *
 * - A view is open while it is set, or while somebody holds it; one that was removed or replaced under a recording
 *   lives until that lets go.
 * - A view of another size is another view: watchers move over, the old one ends with its last holder.
 */
export class Views {
  readonly #options: ViewsOptions;
  readonly #byName = new Map<ViewName, Held>();
  /** Also those whose name is gone or another's now. */
  readonly #open = new Map<View, Held>();
  /** Without those who are not recorded, of the view that they are like. */
  readonly #masked = new Map<View, View>();
  /** All make their pictures at the same moments: what files show of a person alone is when the mix shows it. */
  readonly #zero = now();
  #level: OverloadLevel = 0;

  constructor(options: ViewsOptions) {
    this.#options = options;
    const main = asBadRequest(() => this.#create(MAIN, options.main));
    this.#put(MAIN, main, true);
  }

  get main(): View {
    return this.#byName.get(MAIN)!.view;
  }

  /** Every open view. */
  all(): Iterable<View> {
    return this.#open.keys();
  }

  /** Opens an implicit view if it is one. To be given back by `release`. Throws `not-found`. */
  hold(name: ViewName): View {
    const held = this.#byName.get(name) ?? this.#openImplicit(name);
    held.holders++;
    return held.view;
  }

  /** The same picture without those who are not recorded, for files. To be given back by `release`. */
  holdMasked(view: View): View {
    const masked = this.#masked.get(view) ?? this.#openMasked(view);
    this.#open.get(masked)!.holders++;
    return masked;
  }

  /** One picture of a participant alone, without a name on it, for a file. To be given back by `release`. */
  holdAlone(participant: ParticipantId, source: SourceKind): View {
    const settings = aloneIn(this.main.settings, participant, source);
    const name = `solo:${participant}`;
    const shows = sourceIdOf(participant, source);
    return this.holdAgain(this.#openUnnamed(name, settings, shows));
  }

  /** One that somebody holds, once more. */
  holdAgain(view: View): View {
    this.#open.get(view)!.holders++;
    return view;
  }

  release(view: View): void {
    const held = this.#open.get(view);
    if (held === undefined) return;
    held.holders--;
    this.#closeIfUnneeded(held);
  }

  /** Holds the view while the work runs. */
  async use<Result>(
    name: ViewName,
    work: (view: View) => Promise<Result>,
  ): Promise<Result> {
    const view = this.hold(name);
    try {
      return await work(view);
    } finally {
      this.release(view);
    }
  }

  /** Makes a view or changes it. Throws `bad-request`, and changes nothing, if the settings are not right. */
  set(name: ViewName, settings: ViewSettings): void {
    if (implicitOf(name) !== undefined)
      throw new MixerError("bad-request", `${name} cannot be set`);
    const existing = this.#byName.get(name);
    asBadRequest(() => {
      if (existing && isSameSize(existing.view.settings, settings))
        this.#change(existing.view, settings);
      else this.#replace(name, this.#create(name, settings), true);
    });
    if (name === MAIN) this.#followMain();
  }

  /** Its watchers go to the main view. Throws `not-found`, and `bad-request` for a view that cannot be removed. */
  remove(name: ViewName): void {
    const held = this.#byName.get(name);
    if (held === undefined)
      throw new MixerError("not-found", `No view ${name} in this room`);
    if (name === MAIN || implicitOf(name) !== undefined)
      throw new MixerError("bad-request", `The view ${name} cannot be removed`);
    this.#retire(name, held, this.main);
  }

  /** Somebody left: nobody watches them any more. */
  removeOf(participant: ParticipantId): void {
    for (const [name, held] of [...this.#byName])
      if (implicitOf(name)?.participant === participant)
        this.#retire(name, held, this.main);
  }

  sacrifice(level: OverloadLevel): void {
    this.#level = level;
    for (const view of this.all()) view.sacrifice(level);
  }

  async close(): Promise<void> {
    const views = [...this.all()];
    this.#byName.clear();
    this.#open.clear();
    await Promise.all(views.map((view) => view.close()));
  }

  /** The implicit views show what the main view does, in its size. */
  #followMain(): void {
    const { settings: main } = this.main;
    for (const [name, held] of [...this.#byName]) {
      const implicit = implicitOf(name);
      if (implicit === undefined) continue;
      const settings = settingsOf(implicit, main);
      if (isSameSize(held.view.settings, settings)) held.view.change(settings);
      else this.#replace(name, this.#create(name, settings), false);
    }
  }

  #openImplicit(name: ViewName): Held {
    const implicit = implicitOf(name);
    if (implicit === undefined || !this.#options.isThere(implicit.participant))
      throw new MixerError("not-found", `No view ${name} in this room`);
    const settings = settingsOf(implicit, this.main.settings);
    return this.#put(name, this.#create(name, settings), false);
  }

  #create(name: ViewName, settings: ViewSettings): View {
    const { encoder, counters, load, onLayout, onError } = this.#options;
    const implicit = implicitOf(name);
    const hide = implicit?.kind === "own" ? implicit.participant : undefined;
    const zero = this.#zero;
    const parts = { zero, encoder, counters, load, onLayout, onError };
    return new View({ name, settings, hide, ...parts });
  }

  #change(view: View, settings: ViewSettings): void {
    view.change(settings);
    this.#masked.get(view)?.change(settings);
  }

  #openMasked(of: View): View {
    const view = this.#openUnnamed(of.name, of.settings);
    this.#masked.set(of, view);
    return view;
  }

  /** It has no name that anybody could ask for, and its tile map is nobody's business. It goes into files. */
  #openUnnamed(name: ViewName, settings: ViewSettings, shows?: SourceId): View {
    const { encoder, counters, load, onError } = this.#options;
    const parts = { zero: this.#zero, encoder, counters, load, onError };
    const onLayout = () => undefined;
    const masks = true;
    const view = new View({ name, settings, masks, shows, onLayout, ...parts });
    this.#open.set(view, { view, holders: 0, isSet: false });
    view.sacrifice(this.#level);
    this.#options.onOpen(view);
    return view;
  }

  #put(name: ViewName, view: View, isSet: boolean): Held {
    const held = { view, holders: 0, isSet };
    this.#byName.set(name, held);
    this.#open.set(view, held);
    view.sacrifice(this.#level);
    this.#options.onOpen(view);
    return held;
  }

  #replace(name: ViewName, view: View, isSet: boolean): void {
    const old = this.#byName.get(name);
    const held = this.#put(name, view, isSet);
    if (old !== undefined) this.#unset(old, view);
    this.#closeIfUnneeded(held);
  }

  #retire(name: ViewName, held: Held, to: View): void {
    this.#byName.delete(name);
    this.#unset(held, to);
  }

  #unset(held: Held, to: View): void {
    held.isSet = false;
    this.#options.onMoved(held.view, to);
    this.#closeIfUnneeded(held);
  }

  #closeIfUnneeded({ view, holders, isSet }: Held): void {
    if (holders > 0 || isSet || !this.#open.delete(view)) return;
    if (this.#byName.get(view.name)?.view === view)
      this.#byName.delete(view.name);
    for (const [of, masked] of this.#masked)
      if (masked === view) this.#masked.delete(of);
    view.close().catch(this.#options.onError);
  }
}
