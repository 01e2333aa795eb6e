/** Real rooms with real WebRTC clients, into which sounds are played by the system's ffmpeg. */
import test from "ava";
import type { SoundMedia } from "../../../mixer/contract.js";
import { PLAY, usePlayedFiles } from "../../helpers/played-files.js";
import { hears } from "../../helpers/room.js";
import { personOf } from "../../helpers/settings.js";
import { goertzel } from "../../helpers/tone.js";
import { until } from "../../helpers/until.js";

const { open, source, ffmpegs } = usePlayedFiles(test, {
  "tone.wav": { tone: 660, seconds: 20 },
  "tone.mp3": { tone: 1320, seconds: 2 },
});

const soundOf = (
  name: string,
  change: Partial<SoundMedia> = {},
): { room: string; sound: SoundMedia } => ({
  room: "demo",
  sound: {
    ...{ id: "s1", source: source(name), volume: 1, duck: 1 },
    ...PLAY,
    ...change,
  },
});

test.serial(
  "a sound is heard by everybody, makes nobody a talker, and lowers voices meanwhile",
  async (t) => {
    const call = open();
    const { room } = call;
    room.participants.add(personOf("ann", { agc: false }));
    await call.send("ann", "camera", { tone: 440 });
    const ann = await call.receive({ participant: "ann" });
    const viewer = await call.receive();
    await hears(viewer, { loud: [440] });
    await room.played.sounds.play(soundOf("tone.wav", { duck: 0.1 }));
    await hears(ann, { loud: [660], silent: [440] });
    await hears(viewer, { loud: [660] });
    const level = () => goertzel(viewer.heard(), 48_000, 440);
    await until({
      what: "the voice is 20 dB lower",
      read: level,
      accept: (it) => it < -37 && it > -50,
    });
    room.played.sounds.set({
      ...{ room: "demo", sound: "s1", change: { duck: 0.5 } },
    });
    await until({
      what: "the voice is 6 dB lower",
      read: level,
      accept: (it) => it < -24 && it > -30,
    });
    const talkers = call.events("talking").flatMap((it) => it.talkers);
    t.false(talkers.some((id) => id.startsWith("sound")));
    await room.played.sounds.stop("s1");
    await hears(viewer, { loud: [440], silent: [660] });
  },
);

test.serial("a sound for one is heard by that one alone", async (t) => {
  const call = open();
  const { room } = call;
  for (const id of ["ann", "bob"])
    room.participants.add(personOf(id, { agc: false }));
  await call.send("ann", "camera", { tone: 440 });
  const bob = await call.receive({ participant: "bob" });
  const viewer = await call.receive();
  await hears(viewer, { loud: [440] });
  await room.played.sounds.play(
    soundOf("tone.wav", { participant: "bob", duck: 0 }),
  );
  await hears(bob, { loud: [660], silent: [440] });
  await hears(viewer, { loud: [440], silent: [660] });
  room.played.sounds.set({
    room: "demo",
    sound: "s1",
    change: { playing: false },
  });
  await hears(bob, { loud: [440], silent: [660] });
  room.removeParticipant("bob");
  await until({
    what: "the sound goes with its listener",
    read: () => room.played.sounds.size,
    accept: (size) => size === 0,
  });
  t.pass();
});

test.serial("an MP3 plays to its end and is gone", async (t) => {
  const call = open();
  const viewer = await call.receive();
  await call.room.played.sounds.play(soundOf("tone.mp3"));
  await hears(viewer, { loud: [1320] });
  await call.awaitEvent("sound", (it) => it.status.state === "ended");
  await hears(viewer, { silent: [1320] });
  t.is(call.room.played.sounds.size, 0);
});

test.serial("a tune needs no process", async (t) => {
  const call = open();
  const viewer = await call.receive();
  await call.room.played.sounds.play(
    soundOf("", {
      source: { kind: "tune", name: "alone" },
      loop: true,
      volume: 4,
    }),
  );
  await until({
    what: "music",
    read: () => goertzel(viewer.heard(), 48_000, 262),
    accept: (level) => level > -50,
  });
  t.deepEqual(ffmpegs(), []);
});
