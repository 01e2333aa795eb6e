import test from "ava";
import {
  createLocal,
  type Local,
  type Moderated,
} from "../../../public/sdk/local.js";
import { CallError } from "../../../public/sdk/errors.js";
import { participantOf } from "../../helpers/people.js";

const NOTHING = {
  muted: false,
  camera: false,
  sharing: false,
  deaf: false,
  held: false,
  music: false,
  denoise: false,
  recorded: true,
};
const FULL = new CallError("overloaded", "The server is full");

const track = (): MediaStreamTrack =>
  ({ enabled: true }) as Partial<MediaStreamTrack> as MediaStreamTrack;

const self = (muted: boolean, camera: boolean, sharing = false) =>
  participantOf("ann", { name: "Ann", muted, camera, sharing });

type World = {
  local: Local;
  /** What the server was told, oldest first. */
  told: object[];
  moderated: Moderated[];
  refused: string[];
  /** Why no camera can be switched on. */
  full?: CallError;
  /** Lets what was told arrive, or be refused. */
  arrive: (error?: CallError) => Promise<void>;
};

const createWorld = (): World => {
  const told: object[] = [];
  const moderated: Moderated[] = [];
  const refused: string[] = [];
  const arrivals: ((error?: CallError) => void)[] = [];
  const local = createLocal({
    muted: false,
    publisher: {
      setTrack: () => Promise.resolve(),
      setMusic: () => undefined,
    },
    report: (update) => {
      told.push(update);
      return new Promise<void>((resolve, reject) =>
        arrivals.push((error) =>
          error === undefined ? resolve() : reject(error),
        ),
      );
    },
    onModerated: (change) => moderated.push(change),
    cameraProblem: () => world.full,
    onCameraRefused: ({ message }) => refused.push(message),
  });
  const arrive = async (error?: CallError): Promise<void> => {
    for (const done of arrivals.splice(0)) done(error);
    // What follows from it takes some turns.
    for (let turn = 0; turn < 4; turn++) await Promise.resolve();
  };
  const world: World = { local, told, moderated, refused, arrive };
  return world;
};

test("without a microphone one is muted, and with one heard", async (t) => {
  const { local, told } = createWorld();
  t.deepEqual(local.state(), { ...NOTHING, muted: true });
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
  t.deepEqual(local.state(), { ...NOTHING, muted: true });
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
  local.follow(self(false, false));
  await arrive();
  t.true(microphone.enabled);
});

test("a moderator's change that crosses one's own on the way is obeyed once that has arrived", async (t) => {
  const { local, moderated, arrive } = createWorld();
  await local.setTrack("audio", track());
  local.setSharing(true);
  local.follow(self(false, false));
  t.true(local.state().sharing);
  await arrive();
  t.false(local.state().sharing);
  t.deepEqual(moderated, [{ sharing: false }]);
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
  local.seated(self(true, false), { silenced: true });
  t.false(microphone.enabled);
  t.deepEqual(moderated, [{ muted: true }]);
  t.deepEqual(told, []);
  local.setMuted(false);
  t.true(microphone.enabled);
  t.deepEqual(told, [{ muted: false }]);
});

test("what a moderator did while the socket was away is obeyed with the seat that was kept, and one's own change is told", async (t) => {
  const { local, told, moderated, arrive } = createWorld();
  const microphone = track();
  await local.setTrack("audio", microphone);
  await arrive();
  local.seated(self(true, false), { resumed: true });
  t.false(microphone.enabled);
  t.deepEqual(moderated, [{ muted: true }]);
  local.setMuted(false);
  await arrive(new CallError("offline", "gone"));
  local.seated(self(true, false), { resumed: true });
  t.true(microphone.enabled);
  t.deepEqual(told.at(-1), { muted: false });
  t.is(moderated.length, 1);
});

test("how one listens is told, told again with a new seat, and taken over from a moderator, both on and off", async (t) => {
  const { local, told, moderated, arrive } = createWorld();
  local.choose({ held: true, music: true });
  await arrive();
  local.seated(self(true, false));
  t.deepEqual(told, [
    { held: true, music: true },
    { held: true, music: true },
  ]);
  await arrive();
  local.follow({ ...self(true, false), deaf: true, music: true });
  t.deepEqual(moderated, [{ deaf: true, held: false }]);
  t.like(local.state(), { deaf: true, held: false, music: true });
  t.is(told.length, 2, "nothing of it is news to the server");
});

test("a camera that a full server refuses is off afterwards, and the rest is told again", async (t) => {
  const { local, told, refused, moderated, arrive } = createWorld();
  await local.setTrack("video", track());
  await local.setTrack("audio", track());
  t.deepEqual(told, [{ camera: true }, { muted: false }]);
  await arrive(FULL);
  t.deepEqual(refused, [FULL.message]);
  t.like(local.state(), { camera: false, muted: false });
  t.deepEqual(moderated, [], "no moderator did it");
  local.refuseCamera(FULL);
  t.is(refused.length, 1, "there is none to refuse");
});

test("while the server is known to be full a camera is refused at once, one that is on stays", async (t) => {
  const world = createWorld();
  const { local, told, refused, arrive } = world;
  await local.setTrack("video", track());
  await arrive();
  world.full = FULL;
  await local.setTrack("video", track());
  t.deepEqual(refused, []);
  await local.setTrack("video", null);
  await local.setTrack("video", track());
  t.deepEqual(refused, [FULL.message]);
  t.deepEqual(told, [{ camera: true }, { camera: false }]);
});
