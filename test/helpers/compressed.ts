/** A meeting on a fake clock, by the room's own mix, encoders and recorder, in a fraction of its time. */
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { createCounters } from "../../mixer/counters.js";
import { TICK, TICK_SAMPLES, type Micros } from "../../mixer/media.js";
import { startRecorder, type Recorder } from "../../mixer/output/recorder.js";
import { createLoad } from "../../mixer/room/load.js";
import { openRecordedSound } from "../../mixer/room/recorded-sound.js";
import { Sound } from "../../mixer/room/sound.js";
import { createVideoEncoder } from "../../mixer/video/encoder.js";
import { allocatePicture } from "../../mixer/video/picture-frame.js";
import { findClaps, type Found } from "./claps.js";
import { sine } from "./tone.js";

const SECOND: Micros = 1_000_000;
const MINUTE = 60 * SECOND;
/** A clap each 10 s, 0 to 90 ms after that, so that they fall anywhere in ticks, frames and fragments. */
const EVERY = 10 * SECOND;
const clapAt = (count: number): Micros =>
  count * EVERY + 2 * SECOND + ((count * 7) % 10) * 9_700;
const BEEP = 100_000;
const HZ = 3_000;
/** A room in which nothing moves is encoded so often. */
const PICTURE = { width: 160, height: 90, fps: 10 };
const STEP = SECOND / PICTURE.fps;

/** Pictures from one clap to the next, the first of them bright and a key frame. */
const film = async () => {
  const encoder = createVideoEncoder({
    ...{ codec: "h264", bitrate: 100_000 },
    ...PICTURE,
  });
  const { frame, planes } = allocatePicture(PICTURE.width, PICTURE.height);
  for (const plane of planes.data.slice(1)) plane.fill(128);
  const units = [];
  for (let pts = 0; pts < EVERY; pts += STEP) {
    planes.data[0]!.fill(pts < BEEP ? 235 : 16);
    const unit = await encoder.encode(frame, pts, { key: pts === 0 });
    if (unit !== undefined) units.push(unit);
  }
  encoder.close();
  frame.free();
  return units;
};

/** Seconds of each minute in which the clapper is muted, sends nothing, is away; and in which the machine stands still. */
const MUTED = [20, 26] as const;
const STALLED = [37.1, 37.7] as const;
const AWAY = [48, 55] as const;
/** Longer than the encoder fills with silence. */
const LONG_STALL = [214.5, 221.5] as const;

const isIn = (time: Micros, [from, to]: readonly [number, number]): boolean =>
  time >= from * SECOND && time < to * SECOND;

/** What the clapper says in the tick before `now`; undefined: true silence, which is not sent. */
const said = (now: Micros): Int16Array | undefined => {
  const from = now - TICK;
  const count = Math.round((from - 2 * SECOND) / EVERY);
  const since = from - clapAt(Math.max(0, count));
  if (since <= -TICK || since >= BEEP) return undefined;
  const tone = sine(HZ, { count: TICK_SAMPLES, level: -10 });
  const silent = Math.max(0, Math.round((-since * 48) / 1_000));
  return tone.fill(0, 0, silent);
};

/** Others come, talk and go. */
const others = (sound: Sound, now: Micros): void => {
  const inMinute = now % MINUTE;
  const { mix } = sound;
  if (inMinute === 5 * SECOND) mix.add("ben");
  if (isIn(inMinute, [5, 7])) mix.write("ben", BEN, 48_000, 1, now);
  if (inMinute === 15 * SECOND) sound.remove("ben");
};
const BEN = sine(400, { count: TICK_SAMPLES, level: -30 });

const clapper = ({ mix }: Sound, now: Micros): void => {
  const inMinute = now % MINUTE;
  if (inMinute === AWAY[0] * SECOND) mix.remove("ann");
  if (inMinute === AWAY[1] * SECOND) mix.add("ann");
  if (!mix.has("ann")) return;
  mix.setMuted("ann", isIn(inMinute, MUTED));
  const samples = said(now);
  if (samples !== undefined) mix.write("ann", samples, 48_000, 1, now);
};

/** Shows all pictures that are due, but now and then not what comes before a key frame. */
const createCamera = async (recorder: Recorder, claps: number) => {
  const pictures = await film();
  let shown = 0;
  return (until: Micros): void => {
    for (;;) {
      const count = Math.floor(shown / pictures.length);
      const unit = pictures[shown % pictures.length]!;
      const pts = clapAt(count) + unit.pts;
      if (pts > until || count > claps) return;
      shown++;
      const hidden = unit.pts > 9.5 * SECOND && count % 6 === 3;
      if (!hidden) recorder.writeVideo({ ...unit, pts });
    }
  };
};

/** A room's sound into a recorder, 96 kbit/s. */
const createMicrophones = (sound: Sound, recorder: () => Recorder) => {
  const encoder = openRecordedSound("aac", 1);
  sound.mix.add("ann");
  sound.addFileSink((samples, pts) => {
    for (const unit of encoder.encode(samples, pts))
      recorder().writeAudio(unit);
  });
  return {
    format: encoder.format,
    end: () => {
      for (const unit of encoder.end()) recorder().writeAudio(unit);
      sound.close();
    },
  };
};

export type Compressed = {
  file: string;
  /** Of the file, and of the meeting since the file's first picture. Seconds. */
  duration: number;
  wall: number;
  claps: number;
  found: Found[];
  /** What the recorder told, and what it dropped. */
  problems: string[];
  dropped: number;
};

/** Records a meeting of so many minutes, and looks for its claps in the file. */
export const recordCompressed = async (
  directory: string,
  minutes: number,
): Promise<Compressed> => {
  const length = minutes * MINUTE;
  const claps = length / EVERY - 1;
  const problems: string[] = [];
  const sound = new Sound(createCounters(), createLoad(), () => undefined);
  const microphones = createMicrophones(sound, () => recorder);
  const recorder = await startRecorder({
    ...{ directory, recording: "meeting", format: "mp4" },
    ...{ video: PICTURE, audio: microphones.format },
    // The check of a running recording looks at when units come, which is all at once here.
    onStatus: ({ reason = "" }) => {
      if (!/apart|There was no/.test(reason)) problems.push(reason);
    },
    requestKey: () => undefined,
  });
  const show = await createCamera(recorder, claps);
  const play = async (): Promise<void> => {
    for (let now = 0; now < length; now += TICK) {
      others(sound, now);
      clapper(sound, now);
      const stalled = isIn(now % MINUTE, STALLED) || isIn(now, LONG_STALL);
      if (!stalled) sound.tick(now, 0);
      show(now);
      await turn();
    }
    microphones.end();
  };
  await play().catch(async (error) => {
    await recorder.stop().catch(() => undefined);
    throw error;
  });
  const { duration } = await recorder.stop();
  const file = join(directory, "meeting.mp4");
  const zero = clapAt(0);
  // The first is the file's first picture, before which there is none that is darker.
  const made = Array.from({ length: claps - 1 }, (_, count) => {
    const time = (clapAt(count + 1) - zero) / SECOND;
    return { heard: time, seen: time };
  });
  const found = await findClaps(file, made, HZ);
  const wall = (length - zero) / SECOND;
  const dropped = recorder.counters.droppedUnits;
  return { file, duration, wall, claps, found, problems, dropped };
};
