import test from "ava";
import {
  createLocal,
  type Local,
  type Moderated,
} from "../../../public/sdk/local.js";
import type { ParticipantInfo } from "../../../public/sdk/protocol.js";

const track = (): MediaStreamTrack =>
  ({ enabled: true }) as Partial<MediaStreamTrack> as MediaStreamTrack;

const self = (
  muted: boolean,
  camera: boolean,
  sharing = false,
): ParticipantInfo => ({
  id: "ann",
  name: "Ann",
  role: "participant",
  talking: false,
  state: "present",
  muted,
  camera,
  sharing,
  deaf: false,
  held: false,
  music: false,
  gain: 1,
  spoke: 0,
});

type World = {
  local: Local;
  /** What the server was told, oldest first. */
  told: object[];
  moderated: Moderated[];
  /** Lets what was told arrive. */
  arrive: () => Promise<void>;
};

const createWorld = (): World => {
  const told: object[] = [];
  const moderated: Moderated[] = [];
  const arrivals: (() => void)[] = [];
  const local = createLocal({
    muted: false,
    publisher: {
      setTrack: () => Promise.resolve(),
    },
    report: (update) => {
      told.push(update);
      return new Promise<void>((resolve) => arrivals.push(resolve));
    },
    onModerated: (change) => moderated.push(change),
  });
  const arrive = async (): Promise<void> => {
    for (const done of arrivals.splice(0)) done();
    // catch and finally each take a turn.
    for (let turn = 0; turn < 4; turn++) await Promise.resolve();
  };
  return { local, told, moderated, arrive };
};

test("without a microphone one is muted, and with one heard", async (t) => {
  const { local, told } = createWorld();
  t.deepEqual(local.state(), { muted: true, camera: false, sharing: false });
  await local.setTrack("audio", track());
  await local.setTrack("video", track());
  t.deepEqual(told, [{ muted: false }, { camera: true }]);
});

test("muting silences the track here and tells the server, once", async (t) => {
  const { local, told } = createWorld();
  const microphone = track();
  await local.setTrack("audio", microphone);
  local.setMuted(true);
  local.setMuted(true);
  t.false(microphone.enabled);
  t.deepEqual(told, [{ muted: false }, { muted: true }]);
});

test("a moderator's mute and camera-off are obeyed", async (t) => {
  const { local, moderated, arrive } = createWorld();
  const microphone = track();
  await local.setTrack("audio", microphone);
  await local.setTrack("video", track());
  await arrive();
  local.follow(self(true, false));
  t.false(microphone.enabled);
  t.deepEqual(moderated, [{ muted: true, camera: false }]);
  t.deepEqual(local.state(), { muted: true, camera: false, sharing: false });
});

test("nobody else can switch a microphone on", async (t) => {
  const { local, told, arrive } = createWorld();
  const microphone = track();
  await local.setTrack("audio", microphone);
  local.setMuted(true);
  await arrive();
  local.follow(self(false, false));
  t.false(microphone.enabled);
  t.deepEqual(told.at(-1), { muted: true });
});

test("an echo that is older than one's own wish does not undo it", async (t) => {
  const { local, moderated, arrive } = createWorld();
  const microphone = track();
  await local.setTrack("audio", microphone);
  local.setMuted(true);
  local.setMuted(false);
  local.follow(self(true, false));
  t.true(microphone.enabled);
  t.deepEqual(moderated, []);
  await arrive();
});

test("what was switched while the socket was away is told with the seat", async (t) => {
  const { local, told, arrive } = createWorld();
  await local.setTrack("audio", track());
  await arrive();
  local.seated(self(true, true));
  t.deepEqual(told.at(-1), { muted: false, camera: false });
});

test("sharing is told, told again with a new seat, and given up when a moderator ends it", async (t) => {
  const { local, told, moderated, arrive } = createWorld();
  local.setSharing(true);
  await arrive();
  local.seated(self(true, false));
  t.deepEqual(told, [{ sharing: true }, { sharing: true }]);
  await arrive();
  local.follow(self(true, false));
  t.deepEqual(moderated, [{ sharing: false }]);
  t.false(local.state().sharing);
});

test("a room that mutes on entry is obeyed, and one unmutes by oneself", async (t) => {
  const { local, told, moderated, arrive } = createWorld();
  const microphone = track();
  await local.setTrack("audio", microphone);
  await arrive();
  told.length = 0;
  local.seated(self(true, false), true);
  t.false(microphone.enabled);
  t.deepEqual(moderated, [{ muted: true }]);
  t.deepEqual(told, []);
  local.setMuted(false);
  t.true(microphone.enabled);
  t.deepEqual(told, [{ muted: false }]);
});
