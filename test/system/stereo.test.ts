/** The running server: a room that becomes stereo and mono again while people talk, heard by a viewer who is asked nothing. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { openSender, type Receiver } from "../helpers/peer.js";
import { probeFile, sound } from "../helpers/probe.js";
import { createRest, type Rest } from "../helpers/rest.js";
import { launchServer, type Server } from "../helpers/server.js";
import { goertzel } from "../helpers/tone.js";
import { until } from "../helpers/until.js";

const RATE = 48_000;
const [LEFT, RIGHT] = [400, 700];

let server: Server;
let rest: Rest;

test.before(async () => {
  server = await launchServer({});
  rest = createRest(server);
});
test.after.always(async () => {
  await server.stop();
  rmSync(server.recordings, { recursive: true });
});

/** How much louder a tone is on the left than on the right, dB. */
const balance = (viewer: Receiver, hz: number): number =>
  goertzel(viewer.heard(), RATE, hz) - goertzel(viewer.right(), RATE, hz);

/** Waits until the tones are heard, as far to the left as this. */
const lie = (
  viewer: Receiver,
  tones: Readonly<Record<number, (balance: number) => boolean>>,
): Promise<unknown> => {
  const all = Object.entries(tones);
  return until({
    what: "the tones are where they are to be",
    read: () =>
      all.map(([hz]) => ({
        level: goertzel(viewer.heard(), RATE, +hz),
        right: goertzel(viewer.right(), RATE, +hz),
        balance: balance(viewer, +hz),
      })),
    accept: (heard) =>
      heard.every(
        (it, i) => Math.max(it.level, it.right) > -40 && all[i]![1](it.balance),
      ),
  });
};

const isLeft = (it: number): boolean => it > 20;
const isRight = (it: number): boolean => it < -20;
const isMiddle = (it: number): boolean => Math.abs(it) < 1;
const apart = { [LEFT]: isLeft, [RIGHT]: isRight };
const together = { [LEFT]: isMiddle, [RIGHT]: isMiddle };

const enter = async (room: string, change: object, how: object) => {
  const known = await rest.api("GET", `/v1/rooms/${room}/participants`);
  const sender = openSender(how);
  const end = await rest.publish(room, sender);
  const { json } = await rest.api("GET", `/v1/rooms/${room}/participants`);
  const ids = (known.json as { id: string }[]).map(({ id }) => id);
  const [{ id }] = (json as { id: string }[]).filter(
    (it) => !ids.includes(it.id),
  ) as [{ id: string }];
  const path = `/v1/rooms/${room}/participants/${id}`;
  const changed = await rest.api("PATCH", path, change);
  if (changed.status !== 200) throw new Error(JSON.stringify(changed.json));
  return async (): Promise<void> => {
    await end();
    sender.close();
  };
};

test.serial(
  "a viewer who came before hears places after the switch, and one channel after the next; recordings keep theirs",
  async (t) => {
    const room = await rest.openRoom({ agc: false });
    const path = `/v1/rooms/${room}`;
    const leaves = [
      await enter(room, { pan: -1 }, { tone: LEFT }),
      await enter(room, { pan: 1 }, { tone: RIGHT }),
    ];
    const viewer = await rest.watch(room, { stereo: true });
    t.teardown(() => viewer.peer.close());
    await lie(viewer, together);
    const start = async (format: string): Promise<string> => {
      const made = await rest.api("POST", `${path}/recordings`, { format });
      t.is(made.status, 201);
      return made.json.id;
    };
    const mono = await start("opus");
    const descriptions = viewer.peer.remoteDescription?.sdp;

    for (const bad of ["yes", 1, null])
      t.is((await rest.api("PUT", path, { stereo: bad })).status, 400);
    const switched = await rest.api("PUT", path, { stereo: true });
    t.is(switched.status, 200);
    t.true(switched.json.stereo);
    await lie(viewer, apart);
    const stereo = await start("wav");
    const late = await rest.watch(room, { stereo: true });
    t.teardown(() => late.peer.close());
    await lie(late, apart);

    await rest.api("PUT", path, { stereo: false });
    await lie(viewer, together);
    await lie(late, together);
    await rest.api("PUT", path, { stereo: true });
    await lie(viewer, apart);
    t.is(viewer.peer.remoteDescription?.sdp, descriptions);

    for (const [id, format, channels] of [
      [mono, "opus", 1],
      [stereo, "wav", 2],
    ] as const) {
      const of = `${path}/recordings/${id}`;
      const { json } = await rest.api("PATCH", of, { state: "stopped" });
      t.is(json.state, "stopped", json.reason);
      const file = join(server.recordings, `${id}.${format}`);
      t.is((await probeFile(file)).audio?.channels, channels);
      const heard = await sound(file);
      const seconds = Math.floor(heard.length / RATE);
      for (let at = 0; at < seconds; at++) {
        const one = heard.subarray(at * RATE, (at + 1) * RATE);
        for (const hz of [LEFT, RIGHT])
          t.true(goertzel(one, RATE, hz) > -40, `${format} ${at} s ${hz} Hz`);
      }
    }
    for (const leave of leaves) await leave();
  },
);
