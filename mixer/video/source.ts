import type {
  LabelPolicy,
  ParticipantId,
  SourceKind,
  TileState,
} from "../contract.js";
import type { I420Frame, Micros } from "../media.js";
import type { LayoutSource } from "./layouts/index.js";
import type { LabelText, Painter, Spot } from "./painter.js";
import {
  createSlot,
  dropFrame,
  putFrame,
  readFrame,
  setActive,
  slotState,
  type Slot,
} from "./slot.js";

export type SourceOptions = {
  participant: ParticipantId;
  kind: SourceKind;
  /** For custom layouts that give regions to roles. */
  role: string;
  /** On the label, in any script. */
  name: string;
  /** The camera is on, the screen is shared. */
  active: boolean;
  muted: boolean;
};

/** What holds for all tiles of one picture. */
export type Pass = {
  now: Micros;
  labels: LabelPolicy;
  /** How many times smaller than the canvas labels still have to be read. */
  reduction: number;
};

/**
 * One source and its tile on the canvas.
 *
 * - `draw` paints only if there is something to be seen that was not; one call at a time, several sources at once.
 * - What changes while it paints is painted by the next call.
 */
export class Source {
  readonly slot: Slot;
  /** What the canvas shows. */
  state: TileState = "off";
  /** Of a share: it grows from one to the next. */
  since = 0;
  #options: SourceOptions;
  #talking = false;
  #border = false;
  #label = false;
  #reduction = 1;
  #dirty = true;
  #spot: Spot | undefined;

  constructor(
    readonly id: string,
    options: SourceOptions,
    private readonly painter: Painter,
  ) {
    this.#options = options;
    this.slot = createSlot(options.kind, options.active);
  }

  get participant(): ParticipantId {
    return this.#options.participant;
  }

  /** A screen is nothing to look at before its first picture. */
  get visible(): boolean {
    const { active, frame, kind } = this.slot;
    return kind === "camera" || (active && frame !== undefined);
  }

  /** Width / height of its picture, if it has one. */
  get aspect(): number | undefined {
    const { frame } = this.slot;
    return frame && frame.width / frame.height;
  }

  /** As a layout sees it. */
  get layoutSource(): LayoutSource {
    const { id, since, aspect } = this;
    const { participant, kind, role } = this.#options;
    return { id, participant, kind, role, since, aspect };
  }

  /** What its tile shows; of a tile that is not on the canvas yet, what it would show. */
  stateAt(now: Micros): TileState {
    return this.#spot === undefined ? slotState(this.slot, now) : this.state;
  }

  /** What the source is (participant and kind) does not change. */
  update(change: Partial<SourceOptions>): void {
    const { participant, kind, name, muted } = this.#options;
    this.#options = { ...this.#options, ...change, participant, kind };
    if (this.#options.active !== this.slot.active)
      setActive(this.slot, this.#options.active);
    if (this.#options.name !== name || this.#options.muted !== muted)
      this.#dirty = true;
  }

  /** Only a face talks: a screen of somebody who does has no border. */
  hear(talkers: ReadonlySet<ParticipantId>): void {
    this.#talking =
      this.slot.kind === "camera" && talkers.has(this.participant);
  }

  /** true = it replaced one that was not shown. */
  putFrame(frame: I420Frame, now: Micros): boolean {
    return putFrame(this.slot, frame, now);
  }

  /** Where it is from now on; its border's place is blank. undefined = it is not shown. */
  place(spot: Spot | undefined): void {
    this.#spot = spot;
    this.#dirty = true;
    this.#border = false;
  }

  /** `below`: something under it was painted. `due`: a new picture may be shown. false = nothing changed. */
  async draw(
    { now, labels, reduction }: Pass,
    { below, due }: { below: boolean; due: boolean },
  ): Promise<boolean> {
    const spot = this.#spot;
    if (spot === undefined) return false;
    const talking = this.#talking;
    const bordered = talking !== this.#border;
    this.#border = talking;
    const label = labels === "on" || (labels === "talking" && talking);
    const labelled =
      label !== this.#label || (label && reduction !== this.#reduction);
    this.#label = label;
    this.#reduction = reduction;
    const state = slotState(this.slot, now);
    const fresh = state === "live" && this.slot.unread && due;
    const { inside } = spot.tile.border;
    const repaint =
      this.#dirty ||
      below ||
      fresh ||
      labelled ||
      state !== this.state ||
      (bordered && inside);
    if (repaint) await this.#paint(spot, state, label);
    if (bordered || (repaint && talking && (inside || below)))
      this.painter.border(spot, talking);
    if (repaint) this.painter.finish(spot);
    return repaint || bordered;
  }

  /** Not while `draw` runs. */
  close(): void {
    this.painter.close();
  }

  async #paint(spot: Spot, state: TileState, label: boolean): Promise<void> {
    const { name, muted } = this.#options;
    const reduction = this.#reduction;
    const text = { name, muted, labelled: label, reduction };
    this.#dirty = false;
    this.state = await this.#paintPicture(spot, text, state);
    if (label) await this.painter.label(spot, text);
  }

  async #paintPicture(
    spot: Spot,
    text: LabelText,
    state: TileState,
  ): Promise<TileState> {
    const frame = readFrame(this.slot);
    if (state === "live" && frame !== undefined) {
      if (await this.painter.picture(spot, frame, this.slot.kind))
        return "live";
      dropFrame(this.slot, frame);
    }
    const why = state === "live" ? "waiting" : state;
    await this.painter.avatar(spot, text, why);
    return why;
  }
}
