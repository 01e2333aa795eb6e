/** What is played into a room: its desired state, replayed to a new mixer. Kept here only as the mixer has taken it. */
import type {
  Events,
  ParticipantId,
  PlaybackStatus,
  SoundId,
  SoundMedia,
} from "../../mixer/contract.js";
import { ConferenceError } from "../errors.js";
import type { Request } from "../mixers/link.js";
import { assertOpen, seatOf, type RoomContext } from "./context.js";
import { newId } from "./ids.js";
import {
  frozen,
  positionOf,
  shownStatus,
  type SoundChange,
  type SoundInfo,
  type SoundRequest,
  type SoundState,
} from "./playback.js";

/** Nobody can listen to more at once, and each may be a process. */
const MOST_SOUNDS = 16;

const soundOf = (room: RoomContext, id: SoundId): SoundState => {
  const sound = room.sounds.get(id);
  if (sound !== undefined) return sound;
  throw new ConferenceError(
    "not-found",
    `No sound "${id}" plays in room "${room.name}"`,
  );
};

/** Throws `not-found`. */
const soundInfo = (room: RoomContext, id: SoundId): SoundInfo => {
  const { media, shown, duck, told } = soundOf(room, id);
  const { participant, loop, volume } = media;
  return {
    id,
    ...shown,
    ...shownStatus(told, loop, room.now()),
    ...(participant === undefined ? {} : { participant }),
    ...{ loop, volume, duck },
  };
};

export const soundInfos = (room: RoomContext): SoundInfo[] =>
  [...room.sounds.keys()].map((id) => soundInfo(room, id));

const follow = (
  room: RoomContext,
  id: SoundId,
  status: PlaybackStatus,
): void => {
  const sound = room.sounds.get(id);
  if (sound === undefined) return;
  sound.told = { status, at: room.now() };
  if (status.state === "failed")
    room.log.warn({ room: room.name, sound: id, ...status }, "sound failed");
  if (status.state === "failed" || status.state === "ended")
    room.sounds.delete(id);
  room.tellPlaying();
};

export const onSound = (
  room: RoomContext,
  { sound, status }: Events["sound"],
): void => follow(room, sound, status);

/** Of dB by which something is lowered. */
const linear = (decibels: number): number => 10 ** (-decibels / 20);

/** Throws `not-found` for a file that is not there, `bad-request` for one that cannot be played, `no-such-participant`. */
export const playSound = async (
  room: RoomContext,
  { source, shown, duck, ...how }: SoundRequest,
): Promise<SoundInfo> => {
  assertOpen(room);
  if (how.participant !== undefined) seatOf(room, how.participant);
  if (room.sounds.size >= MOST_SOUNDS)
    throw new ConferenceError("conflict", `${MOST_SOUNDS} sounds play already`);
  const media: SoundMedia = {
    ...{ id: newId(), source, duck: linear(duck) },
    ...how,
  };
  const { name, host } = room;
  const status = await host.request("sound.play", { room: name, sound: media });
  const told = { status, at: room.now() };
  room.sounds.set(media.id, { source, shown, duck, media, told });
  room.tellPlaying();
  return soundInfo(room, media.id);
};

/** Throws `not-found`. */
export const changeSound = async (
  room: RoomContext,
  id: SoundId,
  { duck, ...asked }: SoundChange,
): Promise<SoundInfo> => {
  const sound = soundOf(room, id);
  const change = {
    ...asked,
    ...(duck !== undefined && { duck: linear(duck) }),
  };
  const status = await room.host.request("sound.set", {
    ...{ room: room.name, sound: id, change },
  });
  sound.duck = duck ?? sound.duck;
  const said = Object.entries(change).filter(([, is]) => is !== undefined);
  sound.media = { ...sound.media, ...Object.fromEntries(said) };
  follow(room, id, status);
  return soundInfo(room, id);
};

/** Throws `not-found`. */
export const stopSound = async (
  room: RoomContext,
  id: SoundId,
): Promise<void> => {
  soundOf(room, id);
  room.sounds.delete(id);
  room.tellPlaying();
  if (room.host.state() !== "open") return;
  await room.host.request("sound.stop", { room: room.name, sound: id });
};

/** The mixer lets go by itself of what only this participant heard. */
export const forgetSounds = (
  { sounds, tellPlaying }: RoomContext,
  participant: ParticipantId,
): void => {
  const before = sounds.size;
  for (const [id, { media }] of sounds)
    if (media.participant === participant) sounds.delete(id);
  if (sounds.size < before) tellPlaying();
};

export const loseSounds = (room: RoomContext): void => {
  for (const sound of room.sounds.values())
    sound.told = frozen(sound.told, sound.media.loop, room.now());
  if (room.sounds.size > 0) room.tellPlaying();
};

/** Tells a new mixer to go on where the last one was; nobody waits for it. */
export const replaySounds = (room: RoomContext, request: Request): void => {
  for (const [id, { media, told }] of room.sounds) {
    const position = positionOf(told, media.loop, room.now());
    const sound = { ...media, position };
    request("sound.play", { room: room.name, sound }).then(
      (status) => follow(room, id, status),
      (error: unknown) => {
        room.log.warn({ err: error, room: room.name, sound: id }, "sound lost");
        if (room.host.state() !== "open") return;
        room.sounds.delete(id);
        room.tellPlaying();
      },
    );
  }
};
