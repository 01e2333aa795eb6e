/** Follows what is shown: takes in only that, and tells senders how much of it is seen. */
import { now } from "../clock.js";
import type { ParticipantId, SourceKind, UplinkHint } from "../contract.js";
import type { Micros } from "../media.js";
import type { Participants } from "./participants.js";
import { createUplink, type WatchedView } from "./uplink.js";
import type { View } from "./view.js";
import type { Views } from "./views.js";

export type DemandOptions = {
  views: Views;
  participants: Participants;
  onHints: (participant: ParticipantId, hints: UplinkHint[]) => void;
};

export type Demand = {
  /** Something about who is shown where, or who watches, has changed: the next tick looks. */
  touch: () => void;
  /** In each tick; works only if something was touched. */
  tick: () => void;
  /** Twice a second: what has been too much for a while is noticed here. */
  look: () => void;
  /** A publication is new: it is told what is needed of it, whatever the one before was told. */
  forget: (participant: ParticipantId, source: SourceKind) => void;
  /** The view's picture, with what can be had of people who were not shown until now. */
  picture: (view: View) => Promise<Buffer>;
};

const watchedOf = (views: Views, at: Micros): WatchedView[] => {
  const watched: WatchedView[] = [];
  for (const view of views.all()) {
    const rung = view.demand(at);
    if (rung !== undefined)
      watched.push({ layout: view.compositor.layout(), rung });
  }
  return watched;
};

export const createDemand = (options: DemandOptions): Demand => {
  const { views, participants, onHints } = options;
  const uplink = createUplink();
  let touched = false;
  const look = (): void => {
    touched = false;
    const at = now();
    const told = uplink.update(
      participants.sources(),
      watchedOf(views, at),
      at,
    );
    participants.follow(uplink.isShown);
    for (const [participant, hints] of told) onHints(participant, hints);
  };
  return {
    touch: () => {
      touched = true;
    },
    tick: () => {
      if (touched) look();
    },
    look,
    forget: uplink.forget,
    picture: async (view) => {
      const isWatched = view.demand(now()) !== undefined;
      view.glance(now());
      if (!isWatched) {
        // Composed once so that it has tiles, for which pictures can be asked.
        await view.layout();
        look();
        await participants.nextPictures();
      }
      return view.picture();
    },
  };
};
