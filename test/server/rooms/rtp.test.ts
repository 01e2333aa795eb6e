import test from "ava";
import type { RtpPeerOptions } from "../../../mixer/contract.js";
import { mixerTells, seatIn, startRooms } from "../../helpers/rooms.js";
import { until } from "../../helpers/until.js";

const OPTIONS: RtpPeerOptions = {
  codec: { name: "pcmu", rate: 8000, channels: 1, payloadType: 0, ptime: 20 },
  hosts: ["*"],
  rtcpMux: false,
  timeout: 30,
};

const openRoom = async (t: Parameters<typeof startRooms>[0]) => {
  const { directory } = await startRooms(t, { timings: { seatMs: 100 } });
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const tel = await room.join({
    ...{ name: "Tel", muted: false, camera: false },
    ...{ role: "participant", kind: "rtp" },
  });
  const { participant } = tel;
  const session = await room.rtp.open(participant, OPTIONS);
  const tells = (state: string) =>
    mixerTells(ann, "ingest", {
      ...{ room: "red", participant, source: "camera", state },
    });
  return { room, ann, participant, session, tells };
};

test("the next mixer is asked for the same port, and everything is sent again", async (t) => {
  const { room, ann, participant, session, tells } = await openRoom(t);
  const { codec } = OPTIONS;
  const to = { address: "127.0.0.1", port: 9 };
  const what = { participant };
  const { forward } = await room.rtp.forward({ codec, to, what });
  await tells("connected");
  await ann.command("crash").catch(() => {});
  t.deepEqual(room.participants()[1]?.inMix, { why: "mixer restarting" });
  await ann.command("pid");
  const now = room.rtp.get(participant);
  t.is(now.place.port, session.place.port);
  // Another process, so another SSRC: an encrypted stream must never begin anew under the same.
  t.not(now.place.ssrc, session.place.ssrc);
  t.deepEqual(
    room.rtp.forwards().map((it) => it.forward),
    [forward],
  );
  await tells("connected");
  t.true(room.participants()[1]?.inMix);
});

for (const [state, reason] of [
  ["lost", "unresponsive"],
  ["closed", "left"],
] as const)
  test(`who is ${state} leaves: ${reason}`, async (t) => {
    const { ann, participant, room, tells } = await openRoom(t);
    await tells(state);
    const gone = await ann.until("gone");
    t.like(gone, { participant, reason });
    t.deepEqual(room.rtp.all(), []);
  });

test("a seat without socket is not waited for, and its token gives nobody a socket", async (t) => {
  const { room, ann } = await openRoom(t);
  await ann.command("pid");
  await new Promise((resolve) => setTimeout(resolve, 250));
  const { value } = await until({
    what: "both are there",
    read: () => room.participants(),
    accept: (all) => all.length === 2,
  });
  t.is(value[1]?.state, "present");
});

test("who is removed while the ports are opened has none", async (t) => {
  const { room } = await openRoom(t);
  const { participant } = await room.join({
    ...{ name: "Bob", muted: false, camera: false },
    ...{ role: "participant", kind: "rtp" },
  });
  const opening = room.rtp.open(participant, OPTIONS);
  await room.leave(participant, "removed");
  await t.throwsAsync(opening, { message: /no participant/ });
  t.is(room.rtp.all().length, 1);
});
