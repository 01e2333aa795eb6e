/**
 * The views of a room: their desired state, which every mixer of the room is told.
 *
 * - A view is kept here only as the mixer has taken it, so that what is told to the next mixer is sure to be good.
 * - Changes are made one after the other: each builds on what the one before left.
 */
import {
  IMPLICIT_VIEW,
  type ParticipantId,
  type VideoOptions,
  type ViewLayout,
  type ViewName,
  type ViewSettings,
} from "../../mixer/contract.js";
import { ConferenceError } from "../errors.js";
import { assertOpen, seatOf, type RoomContext, type Views } from "./context.js";
import type { RoomOptions, ViewChange } from "./types.js";
import { sendTo } from "./watching.js";

/** The one that is always there. */
export const MAIN = "main";

/** While it is watched each costs a canvas and its encoders; and each may keep 3 MB of pictures here. */
const MOST_VIEWS = 16;

const DEFAULTS = {
  layout: "grid",
  autoShare: true,
  temperament: "normal",
  labels: "on",
  page: 0,
} as const;

/** `left`: those that a killed server has left. */
export const createViews = (
  { video, layout }: Pick<RoomOptions, "video" | "layout">,
  left: Readonly<Record<ViewName, ViewSettings>> = {},
): Views => ({
  all: new Map([
    [MAIN, { ...DEFAULTS, ...video, layout }],
    ...Object.entries(left),
  ]),
  last: Promise.resolve(),
});

/** Throws `not-found`. */
export const settingsOf = (
  { views, name }: RoomContext,
  view: ViewName,
): ViewSettings => {
  const settings = views.all.get(view);
  if (settings !== undefined) return settings;
  throw new ConferenceError(
    "not-found",
    `There is no view "${view}" in room "${name}"`,
  );
};

export const mainOf = (room: RoomContext): ViewSettings =>
  settingsOf(room, MAIN);

/** Throws `not-found` for a view that was not made and is not that of somebody who is there. */
export const assertView = (room: RoomContext, view: ViewName): void => {
  const [, , participant = ""] = IMPLICIT_VIEW.exec(view) ?? [];
  if (room.seats.get(participant) === undefined) settingsOf(room, view);
};

const inTurn = <Result>(
  { views, remember }: RoomContext,
  change: () => Promise<Result>,
): Promise<Result> => {
  const done = views.last.then(change);
  views.last = done.then(remember, () => undefined);
  return done;
};

/** Throws `no-such-participant` for a pin on somebody who is not there. */
const changed = (
  room: RoomContext,
  former: ViewSettings,
  { pinned, ...change }: ViewChange,
): ViewSettings => {
  const settings = { ...former };
  if (typeof pinned === "string") settings.pinned = seatOf(room, pinned).id;
  if (pinned === null) delete settings.pinned;
  const said = Object.entries(change).filter(([, is]) => is !== undefined);
  return Object.assign(settings, Object.fromEntries(said));
};

const SIZE = ["width", "height", "fps"] as const;

/** `within` is put before the name of the field. Throws `conflict`: no encoder or player survives another size. */
const assertSize = (
  { host }: RoomContext,
  former: VideoOptions,
  next: VideoOptions,
  within = "",
): void => {
  const field = SIZE.find((key) => former[key] !== next[key]);
  if (field === undefined || host.state() === "idle") return;
  throw new ConferenceError(
    "conflict",
    `${within}${field}: the size and rate of a picture that is being made cannot be changed`,
  );
};

const store = async (
  { name, host, views }: RoomContext,
  view: ViewName,
  settings: ViewSettings,
): Promise<ViewLayout> => {
  const asked = { room: name, view, settings };
  const layout = await host.request("view.set", asked);
  views.all.set(view, settings);
  return layout;
};

/** Changes a view that is there. Throws what the mixer finds wrong; then nothing has changed. */
export const changeView = (
  room: RoomContext,
  view: ViewName,
  change: ViewChange,
): Promise<ViewLayout> =>
  inTurn(room, async () => {
    assertOpen(room);
    const former = settingsOf(room, view);
    const settings = changed(room, former, change);
    assertSize(room, former, settings);
    return store(room, view, settings);
  });

const assertPlace = ({ views, name }: RoomContext): void => {
  if (views.all.size < MOST_VIEWS) return;
  throw new ConferenceError(
    "conflict",
    `Room "${name}" has all its ${MOST_VIEWS} views`,
  );
};

/** Changes a view, or makes it: as large as the main one if nothing else is said. Resolves with whether it was made. */
export const putView = (
  room: RoomContext,
  view: ViewName,
  change: ViewChange,
): Promise<boolean> =>
  inTurn(room, async () => {
    assertOpen(room);
    const former = room.views.all.get(view);
    const { width, height, fps } = mainOf(room);
    if (former === undefined) assertPlace(room);
    const base = former ?? { ...DEFAULTS, width, height, fps };
    const settings = changed(room, base, change);
    if (former !== undefined) assertSize(room, former, settings);
    await store(room, view, settings);
    return former === undefined;
  });

/** Whoever watches it watches the main one from then on. Throws `conflict` for the main view and for one that is recorded or live. */
export const removeView = (room: RoomContext, view: ViewName): Promise<void> =>
  inTurn(room, async () => {
    const { name, host, views, recordings, lives } = room;
    settingsOf(room, view);
    if (view === MAIN)
      throw new ConferenceError("conflict", "The main view always stays");
    if (recordings.views().includes(view))
      throw new ConferenceError("conflict", `"${view}" is being recorded`);
    if (lives.views().includes(view))
      throw new ConferenceError("conflict", `"${view}" is sent out live`);
    views.all.delete(view);
    sendTo(room, view, MAIN);
    await host.tell("view.remove", { room: name, view });
  });

/**
 * What a room's options say of its main view. A room without a mixer is not given one for this: the layouts that come this way
 * have names, which no mixer refuses.
 */
export const configureMain = (
  room: RoomContext,
  { video, layout }: Partial<Pick<RoomOptions, "video" | "layout">>,
): Promise<void> =>
  inTurn(room, async () => {
    const former = mainOf(room);
    const settings = changed(room, former, { ...video, layout });
    assertSize(room, former, settings, "video.");
    if (room.host.state() === "idle") room.views.all.set(MAIN, settings);
    else if (settings.layout !== former.layout)
      await store(room, MAIN, settings);
  });

const unpin = async (
  { name, host, views }: RoomContext,
  view: ViewName,
): Promise<void> => {
  const settings = { ...views.all.get(view) } as ViewSettings;
  delete settings.pinned;
  views.all.set(view, settings);
  await host.tell("view.set", { room: name, view, settings });
};

/** Takes somebody who has left out of what is wanted and watched. Never rejects. */
export const forget = (
  room: RoomContext,
  participant: ParticipantId,
): Promise<void> => {
  for (const kind of ["solo", "own"])
    sendTo(room, `${kind}:${participant}`, MAIN);
  return inTurn(room, async () => {
    for (const [view, { pinned }] of room.views.all)
      if (pinned === participant) await unpin(room, view);
  });
};
