/** Recordings of a room that is switched between one channel and two: each goes on with those that it began with. */
import { setTimeout as delay } from "node:timers/promises";
import test from "ava";
import { decodeErrors, probeFile, sound } from "../../helpers/probe.js";
import { openRecordedRoom as open } from "../../helpers/recorded-room.js";
import { RED } from "../../helpers/room.js";
import { personOf } from "../../helpers/settings.js";
import { goertzel } from "../../helpers/tone.js";

const RATE = 48_000;
const TONE = 440;
const FORMATS = ["mp4", "webm", "opus", "wav"] as const;

test.serial(
  "files and tracks keep their channels and have no hole, new ones take the room's, and what goes on elsewhere stays as it was",
  async (t) => {
    const { room, send, start, stop, hearsSomebody } = await open(t);
    room.participants.add(personOf("ann", { agc: false, pan: 0.5 }));
    await send("ann", "camera", { colour: RED, tone: TONE });
    await hearsSomebody();
    for (const format of FORMATS) await start(format, format);
    await delay(1_500);
    room.sound.setStereo(true);
    await start("late", "opus");
    // As after the death of another mixer, in which it was mono.
    await room.startRecording({
      ...{ room: "demo", recording: "again", format: "wav", stereo: false },
      ...{ view: "main", rendition: "low", tracks: "audio" },
    });
    await delay(1_500);
    room.sound.setStereo(false);
    await delay(1_500);
    const channels = { late: 2 } as Record<string, number>;
    for (const name of [...FORMATS, "late", "again"]) {
      const { file, tracks } = await stop(name);
      t.is(await decodeErrors(file), "");
      for (const path of [file, tracks[0]!.sound]) {
        const { audio } = await probeFile(path);
        t.is(audio?.channels, channels[name] ?? 1, path);
        const heard = await sound(path);
        // 100 ms each. On a busy machine the test's sender leaves holes; sound-switch.test.ts sees that the room leaves none.
        const pieces = Math.floor(heard.length / 4800) - 4;
        const levels = Array.from({ length: pieces }, (_, i) =>
          goertzel(heard.subarray((i + 3) * 4800, (i + 4) * 4800), RATE, TONE),
        );
        const quiet = levels.filter((level) => level < -28);
        t.true(quiet.length <= pieces / 3, `${path} ${levels.map(Math.round)}`);
      }
    }
  },
);
