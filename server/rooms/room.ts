/** One room: its desired state, which outlives the mixer that hosts it, put together from its parts. */
import type { Logger } from "pino";
import type { RoomId } from "../../mixer/contract.js";
import type { Mixer } from "../mixers/slot.js";
import type { CloseReason } from "../signaling/messages.js";
import { resumes } from "./admission.js";
import { balancesOf, setBalance } from "./balance.js";
import { createChat } from "./chat-history.js";
import { say } from "./chat.js";
import { change, configure, shownOptions, soundOf } from "./configure.js";
import {
  isNeeded,
  ofMixer,
  type RoomContext,
  type RoomTimings,
} from "./context.js";
import { chooseChannel, createHearing, setRouting } from "./hearing.js";
import { createHost, type Host } from "./host.js";
import { createIdle } from "./idle.js";
import { mediaOf } from "./media.js";
import {
  onMixerEvent,
  onMixerLost,
  onMixerRestored,
  replay,
} from "./mixer-events.js";
import { detach, join, leave, muteAll, update } from "./people.js";
import { makeLives, makeRecordings, outputsOf } from "./outputs.js";
import type { LeftRoom } from "./kept.js";
import { keptOf } from "./remembering.js";
import { playedOf, tellPlaying } from "./played.js";
import { createReturning, giveUp, routingOf } from "./returning.js";
import { rtpOf } from "./rtp.js";
import { createSeats, detailOf, infoOf } from "./seats.js";
import { setLevels, setTalking } from "./talking.js";
import type { RecordingJournal } from "./journal.js";
import type { Room, RoomOptions } from "./types.js";
import { endVoicemail } from "./voicemail.js";
import {
  assertView,
  changeView,
  createViews,
  mainOf,
  putView,
  removeView,
  settingsOf,
} from "./views.js";
import { qualityOf } from "./watching.js";

export type RoomSettings = {
  name: RoomId;
  options: RoomOptions;
  /** Stays when everybody has gone. */
  lasting: boolean;
  /** What a killed server has left of it. */
  left?: LeftRoom;
  pick(): Mixer;
  journal: RecordingJournal;
  timings: RoomTimings;
  now(): Date;
  log: Logger;
  /** The room takes nobody any more; `closed` resolves when its mixer has nothing of it any more. */
  onClosing(closed: Promise<void>): void;
};

type Parts = RoomSettings & { room: () => RoomContext };

const makeHost = ({ name, pick, timings, log, room }: Parts): Host =>
  createHost({
    room: name,
    pick,
    main: () => mainOf(room()),
    sound: () => soundOf(room()),
    replay: (request) => replay(room(), request),
    load: () => room().seats.size,
    onEvent: (event) => onMixerEvent(room(), event),
    onLost: () => onMixerLost(room()),
    onRestored: () => onMixerRestored(room()),
    waitMs: timings.mixerMs,
    log,
  });

const makeContext = (settings: RoomSettings, onIdle: () => void) => {
  const parts: Parts = { ...settings, room: () => room };
  const host = makeHost(parts);
  const { name, lasting, timings, now, log } = settings;
  const { video, layout, ...options } = settings.options;
  const room: RoomContext = {
    name,
    options,
    views: createViews({ video, layout }, settings.left?.views),
    lasting,
    closed: false,
    seats: createSeats(),
    host,
    recordings: makeRecordings(parts, host),
    lives: makeLives(parts, host),
    idle: createIdle({
      // A lasting room that has no mixer costs nothing: there is nothing to put away.
      needed: () =>
        room.closed ||
        isNeeded(room) ||
        (room.lasting && host.state() === "idle"),
      graceMs: timings.idleMs,
      onIdle,
    }),
    hearing: createHearing(settings.left && routingOf(settings.left)),
    subscriptions: new Map(),
    ...{ rtp: new Map(), forwards: new Map(), tiles: new Map() },
    feeds: new Map(),
    sounds: new Map(),
    tellPlaying: (seats) => tellPlaying(room, seats),
    notices: { announced: new Set(), music: false },
    overload: { level: 0, since: now() },
    returning: createReturning(settings.left),
    remember: () => settings.journal.keep(name, keptOf(room)),
    chat: createChat(),
    voicemail: {},
    spoke: 0,
    timings,
    now,
    log,
  };
  room.seats.overhear((message) => room.recordings.told(message));
  return room;
};

const optionsOf = (room: RoomContext): RoomOptions => {
  const { layout, width, height, fps } = mainOf(room);
  return { ...room.options, video: { width, height, fps }, layout };
};

const close = async (room: RoomContext, reason: CloseReason): Promise<void> => {
  const { seats, host, recordings, lives, idle, subscriptions } = room;
  idle.stop();
  endVoicemail(room);
  for (const { push } of room.feeds.values()) push?.close();
  for (const seat of seats.all()) {
    seats.remove(seat);
    setTalking(room, seat, false);
    seat.listener?.({ type: "closed", reason });
  }
  subscriptions.clear();
  await Promise.all([recordings.stopAll(), lives.stopAll()]);
  await host.release();
  room.log.info({ room: room.name, reason }, "room closed");
};

/** Resolves `closing` with the end of the one close that there is. */
const closer = (
  room: RoomContext,
  { onClosing }: RoomSettings,
): ((reason: CloseReason) => Promise<void>) => {
  let closing: Promise<void> | undefined;
  return (reason) => {
    if (closing !== undefined) return closing;
    room.closed = true;
    closing = close(room, reason);
    onClosing(closing);
    return closing;
  };
};

/** What a room does with those in it. */
const peopleOf = (room: RoomContext) =>
  ({
    authenticate: (token) => room.seats.byToken(token)?.id,
    resumes: (token) => resumes(room, token),
    join: async (request) => join(room, request),
    detach: (...left) => detach(room, ...left),
    leave: async (...left) => leave(room, ...left),
    update: (...changed) => update(room, ...changed),
    muteAll: (...asked) => muteAll(room, ...asked),
    balances: (listener) => balancesOf(room, listener),
    setBalance: (...asked) => setBalance(room, ...asked),
    setRouting: (forms) => setRouting(room, forms),
    chooseChannel: (...asked) => chooseChannel(room, ...asked),
    setLevels: (...asked) => setLevels(room, ...asked),
    say: (...said) => say(room, ...said),
    chat: () => room.chat.all(),
  }) satisfies Partial<Room>;

/** What a room does with its views. */
const pictureOf = (room: RoomContext) => {
  const { name, host } = room;
  return {
    layout: (view) =>
      ofMixer(room, async () => {
        assertView(room, view);
        return host.request("layout.get", { room: name, view });
      }),
    picture: (view) =>
      ofMixer(room, async () => {
        assertView(room, view);
        const { jpeg } = await host.request("picture", { room: name, view });
        return jpeg;
      }),
    changeView: (...asked) => ofMixer(room, () => changeView(room, ...asked)),
    putView: (...asked) => ofMixer(room, () => putView(room, ...asked)),
    removeView: (view) => ofMixer(room, () => removeView(room, view)),
    views: () => [...room.views.all.keys()],
    view: (view) => settingsOf(room, view),
  } satisfies Partial<Room>;
};

export type OwnedRoom = Room & {
  /** It stays from now on, also when everybody has gone. */
  keep(): void;
  /** It waits no longer for those whom a killed server has lost: what that recorded is finished, if nobody has come back. */
  giveUp(): void;
};

export const createRoom = (settings: RoomSettings): OwnedRoom => {
  const room: RoomContext = makeContext(settings, () => {
    if (room.lasting) void room.host.release();
    else void end("room-closed");
  });
  const end = closer(room, settings);
  const { seats, name } = room;
  room.idle.check();
  return {
    ...mediaOf(room),
    rtp: rtpOf(room),
    ...pictureOf(room),
    ...peopleOf(room),
    ...playedOf(room),
    ...outputsOf(room),
    name,
    createdAt: settings.now(),
    get options() {
      return optionsOf(room);
    },
    get shownOptions() {
      return shownOptions(room.options);
    },
    get routing() {
      return room.hearing.forms;
    },
    get overload() {
      return room.overload.level;
    },
    keep: () => {
      room.lasting = true;
      room.remember();
      room.idle.check();
    },
    giveUp: () => giveUp(room),
    participants: () =>
      seats.all().map((seat) => ({
        ...detailOf(seat, room.now()),
        quality: qualityOf(room, seat.id),
      })),
    info: () => seats.all().map(infoOf),
    get spoke() {
      return room.spoke / 1000;
    },
    configure: (options) => configure(room, options),
    change: (options) => change(room, options),
    close: end,
  };
};
