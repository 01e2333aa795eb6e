/** Coming, going and changing: the life of a room's seats. */
import type { ParticipantId, ParticipantMedia } from "../../mixer/contract.js";
import type { CloseReason } from "../signaling/messages.js";
import { forgetBalances } from "./balance.js";
import { admit } from "./admission.js";
import { assertOpen, seatOf, type RoomContext } from "./context.js";
import { noticeJoin, noticeLeave } from "./notices.js";
import { forgetRouting, greetWithHearing, tellRouting } from "./hearing.js";
import { assertCamera, overloadMessage } from "./overload.js";
import { comeBack } from "./returning.js";
import { infoOf, stopTimer, type FormerSeat, type SeatState } from "./seats.js";
import { forgetSounds } from "./sounds.js";
import type {
  JoinRequest,
  Listener,
  ParticipantChange,
  Seat,
} from "./types.js";
import { forgetRtp } from "./rtp.js";
import { setTalking, tellLevels, wantsLevels } from "./talking.js";
import { forget } from "./views.js";
import { onComing, onGoing } from "./voicemail.js";
import { tellTiles } from "./watching.js";

const tellAbout = (room: RoomContext, seat: SeatState): void =>
  room.seats.tell({ type: "participant", participant: infoOf(seat) });

/** Lets it go if nothing has stopped the timer until then. */
export const leaveLater = (
  room: RoomContext,
  seat: SeatState,
  ms: number,
): void => {
  stopTimer(seat);
  seat.timer = setTimeout(() => {
    room.log.info({ room: room.name, participant: seat.id }, "seat given up");
    void depart(room, seat, "unresponsive");
  }, ms);
};

/** What happened while nobody listened, and what is not in the list of participants. */
const greet = (room: RoomContext, seat: SeatState): void => {
  const { listener, broken, hints } = seat;
  if (listener === undefined) return;
  tellTiles(room, seat);
  greetWithHearing(room, seat);
  if (room.sounds.size + room.feeds.size > 0) room.tellPlaying([seat]);
  if (hints !== undefined) listener({ type: "uplink", hints });
  if (room.overload.level > 0) listener(overloadMessage(room.overload.level));
  for (const [peer, reason] of broken)
    listener({ type: "restart", peers: [peer], reason });
  broken.clear();
};

const resume = (
  room: RoomContext,
  seat: SeatState,
  listener?: Listener,
): Seat => {
  stopTimer(seat);
  const former = seat.listener;
  seat.listener = listener;
  former?.({ type: "closed", reason: "replaced" });
  const about = { type: "participant", participant: infoOf(seat) } as const;
  room.seats.tell(about, seat);
  greet(room, seat);
  if (listener === undefined) leaveLater(room, seat, room.timings.seatMs);
  return { participant: seat.id, token: seat.token, resumed: true };
};

const startMedia = async (
  room: RoomContext,
  seat: SeatState,
  goesOn: boolean,
) => {
  const { host, name, recordings, options, log, seats } = room;
  const isFirst = seats.size === 1;
  const participant = mediaOf(room, seat);
  try {
    // An open mixer is told of this one; an opening one is told of everybody.
    await host.tell("participant.add", { room: name, participant });
    await tellRouting(room);
    if (options.record && isFirst && !goesOn)
      await recordings.start({ format: "mp4" });
    else await host.open();
  } catch (error) {
    log.warn({ err: error, room: name }, "no media yet");
  }
};

const sit = (
  room: RoomContext,
  request: JoinRequest,
  former?: FormerSeat,
): Seat => {
  const { seats, timings, log, recordings, options } = room;
  const isPerson = request.kind !== "feed";
  const enters = isPerson && former === undefined;
  const muted = request.muted || (enters && options.muteOnEntry);
  const seat = seats.add({ ...request, muted }, room.now(), former);
  const about = { type: "participant", participant: infoOf(seat) } as const;
  seats.tell(about, seat);
  recordings.person("joined", seat);
  const goesOn = comeBack(room);
  room.remember();
  room.idle.check();
  log.info({ room: room.name, participant: seat.id }, "participant joined");
  if (seat.kind === "whip") leaveLater(room, seat, timings.connectMs);
  else if (seat.kind === "socket" && seat.listener === undefined)
    leaveLater(room, seat, timings.seatMs);
  greet(room, seat);
  void startMedia(room, seat, goesOn);
  noticeJoin(room, seat);
  onComing(room, seat);
  return { participant: seat.id, token: seat.token, resumed: false };
};

export const mediaOf = (
  { options }: Pick<RoomContext, "options">,
  seat: SeatState,
): ParticipantMedia => {
  const { id, name, role, muted, camera, sharing } = seat;
  const { gain, balance, deaf, held, recorded } = seat;
  const { music, denoise, pan, spread } = seat;
  const agc = options.agc && !music;
  const seen = { id, name, role, muted, camera, sharing };
  const heard = { gain, agc, music, denoise, pan, spread };
  return { ...seen, ...heard, balance, deaf, held, recorded };
};

/** Throws `no-such-room` when the room has just been closed, `wrong-pin`, `room-full`. */
export const join = (room: RoomContext, request: JoinRequest): Seat => {
  assertOpen(room);
  const { resume: token = "", kind, listener } = request;
  const kept = kind === "socket" ? room.seats.byToken(token) : undefined;
  // Whoever holds the token of a seat has been let in before.
  if (kept?.kind === "socket") return resume(room, kept, listener);
  return sit(room, request, admit(room, request));
};

export const detach = (
  room: RoomContext,
  participant: ParticipantId,
  listener: Listener,
): void => {
  const seat = room.seats.get(participant);
  if (seat?.listener !== listener) return;
  seat.listener = undefined;
  leaveLater(room, seat, room.timings.seatMs);
  tellAbout(room, seat);
};

const depart = async (
  room: RoomContext,
  seat: SeatState,
  reason: CloseReason,
): Promise<void> => {
  const { seats, subscriptions, recordings, host, name, log } = room;
  if (!seats.remove(seat)) return;
  setTalking(room, seat, false);
  void tellLevels(room, seat.levels || wantsLevels(room));
  for (const { id, participant } of [...subscriptions.values()])
    if (participant === seat.id) subscriptions.delete(id);
  seat.listener?.({ type: "closed", reason });
  seats.tell({ type: "gone", participant: seat.id, reason });
  recordings.person("left", seat);
  room.remember();
  log.info({ room: name, participant: seat.id, reason }, "participant left");
  if (seats.size === 0) recordings.onEmpty();
  onGoing(room, seat);
  room.idle.check();
  void forget(room, seat.id);
  void forgetRtp(room, seat.id);
  void forgetBalances(room, seat.id);
  void forgetRouting(room, seat.id);
  room.feeds.get(seat.id)?.push?.close();
  if (room.feeds.delete(seat.id)) room.tellPlaying();
  forgetSounds(room, seat.id);
  noticeLeave(room, seat);
  await host.tell("participant.remove", { room: name, participant: seat.id });
};

export const leave = (
  room: RoomContext,
  participant: ParticipantId,
  reason: CloseReason,
): Promise<void> => depart(room, seatOf(room, participant), reason);

/** What was asked, without what it does not change. `cameraOff: false` gives the camera back to its owner, who may turn it on. */
const changesOf = (
  seat: SeatState,
  { cameraOff, ...asked }: ParticipantChange,
): Omit<ParticipantChange, "cameraOff"> => {
  if (cameraOff === true) asked.camera = false;
  const changed = Object.entries(asked).filter(
    ([key, value]) =>
      value !== undefined && value !== seat[key as keyof typeof asked],
  );
  return Object.fromEntries(changed);
};

const endShare = async (
  { name, host }: RoomContext,
  seat: SeatState,
): Promise<void> => {
  seat.media.share = "none";
  seat.broken.delete("share");
  const share = { participant: seat.id, source: "share" } as const;
  await host.tell("unpublish", { room: name, ...share });
};

/** What only moderators are told. */
const greetModerator = (room: RoomContext, seat: SeatState): void => {
  greetWithHearing(room, seat);
  room.tellPlaying([seat]);
};

/** What of a person is kept over a restart of the server. */
const KEPT = ["name", "role", "recorded"] as const;

export const update = async (
  room: RoomContext,
  participant: ParticipantId,
  asked: ParticipantChange,
): Promise<void> => {
  const seat = seatOf(room, participant);
  const change = changesOf(seat, asked);
  if (Object.keys(change).length === 0) return;
  if (change.camera === true) assertCamera(room);
  Object.assign(seat, change);
  tellAbout(room, seat);
  if (KEPT.some((key) => key in change)) room.remember();
  if (change.role !== undefined) greetModerator(room, seat);
  if (change.recorded === false) room.recordings.person("unrecorded", seat);
  const { name, host } = room;
  const told =
    change.music === undefined
      ? change
      : { ...change, agc: mediaOf(room, seat).agc };
  await Promise.all([
    host.tell("participant.update", { room: name, participant, change: told }),
    change.sharing === false && endShare(room, seat),
  ]);
};

/** Every seat has changed before anything is awaited: whoever comes in between is not meant. */
export const muteAll = async (
  room: RoomContext,
  muted: boolean,
  except: readonly ParticipantId[],
): Promise<void> => {
  assertOpen(room);
  const meant = room.seats.all().filter(({ id }) => !except.includes(id));
  await Promise.all(meant.map(({ id }) => update(room, id, { muted })));
};

/** Tells the mixer of everybody's, after the room's option has changed. */
export const tellAgc = async (room: RoomContext): Promise<void> => {
  const { name, host, seats } = room;
  await Promise.all(
    seats.all().map((seat) => {
      const { id: participant, agc } = mediaOf(room, seat);
      const change = { agc };
      return host.tell("participant.update", {
        room: name,
        participant,
        change,
      });
    }),
  );
};
