/** Participants without WebRTC in a real room, with ffmpeg as their equipment. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import test from "ava";
import type { RtpPeerOptions } from "../../../mixer/contract.js";
import { freeRtpPort } from "../../helpers/ports.js";
import { hears, openRoom } from "../../helpers/room.js";
import {
  codecOf,
  record,
  sdpFor,
  sendTone,
  type CodecName,
  type Crypto,
} from "../../helpers/rtp.js";
import { personOf } from "../../helpers/settings.js";
import { goertzel } from "../../helpers/tone.js";
import { until } from "../../helpers/until.js";

const HERE = "127.0.0.1";
const closing: (() => unknown)[] = [];

test.afterEach.always(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A room with Ann, who has a browser and sends 1000 Hz, and Tel, who has neither. */
const openTwo = async (
  codec: CodecName,
  options: Partial<RtpPeerOptions> = {},
) => {
  const it = openRoom();
  closing.push(it.close);
  for (const id of ["ann", "tel"]) it.room.participants.add(personOf(id));
  const to = { address: HERE, port: await freeRtpPort() };
  const place = await it.room.rtp.openPeer({
    ...{ room: "demo", participant: "tel" },
    options: {
      ...{ codec: codecOf(codec), to, hosts: [HERE] },
      ...{ rtcpMux: false, timeout: 30, ...options },
    },
  });
  await it.send("ann", "camera", { tone: 1000 });
  const ann = await it.receive({ participant: "ann" });
  return { ...it, ann, to, place };
};

const play = (options: Parameters<typeof sendTone>[0]) => {
  const sender = sendTone(options);
  closing.push(sender.stop);
  return sender;
};

const levels = (samples: Int16Array, tones: number[]): number[] => {
  // The last two seconds: what was at the beginning is no matter.
  const end = samples.subarray(-96_000);
  return tones.map((hz) => goertzel(end, 48_000, hz));
};

const KEYS: Record<"send" | "receive", string> = {
  send: Buffer.from("thirty bytes of what is sent !").toString("base64"),
  receive: Buffer.from("thirty bytes of what is gotten").toString("base64"),
};
const SUITES = [
  undefined,
  "AES_CM_128_HMAC_SHA1_80",
  "AES_CM_128_HMAC_SHA1_32",
] as const;

const CASES = [
  ...(["opus", "pcmu", "pcma", "l16", "wide"] as const).map(
    (codec) => [codec, undefined] as const,
  ),
  ["opus", SUITES[1]] as const,
  ["pcmu", SUITES[2]] as const,
];

for (const [codec, suite] of CASES)
  test.serial(
    `ffmpeg is heard and hears all but itself: ${codec}${suite === undefined ? "" : `, ${suite}`}`,
    async (t) => {
      const srtp = suite && { suite, ...KEYS };
      const { room, ann, to, place } = await openTwo(codec, { srtp });
      const crypto = (key: string): Crypto | undefined =>
        suite && { suite, key };
      const sdp = sdpFor(codec, to, crypto(KEYS.send));
      const recorded = record(sdp, 4);
      play({ codec, hz: 440, to: place, crypto: crypto(KEYS.receive) });
      await hears(ann, { loud: [440], silent: [1000] });
      const [others, own] = levels(await recorded, [1000, 440]);
      t.log({ others, own, ...room.rtp.stats("tel") });
      t.true(others! > -26);
      t.true(own! < -60);
      const { received, sent, lost, invalid } = room.rtp.stats("tel");
      t.true(received > 50 && sent > 50);
      t.is(lost + invalid, 0);
    },
  );

test.serial("packets from elsewhere are dropped and counted", async (t) => {
  const { room, place, ann } = await openTwo("pcmu", {
    to: { address: "127.0.0.9", port: 4000 },
  });
  play({ codec: "pcmu", hz: 440, to: place });
  await until({
    what: "foreign packets",
    read: () => room.rtp.stats("tel").foreign,
    accept: (foreign) => foreign > 30,
  });
  t.is(room.rtp.stats("tel").received, 0);
  await hears(ann, { silent: [440] });
});

test.serial("who comes first is who is heard, and nobody else", async (t) => {
  const { room, place, ann } = await openTwo("pcmu", { to: undefined });
  const to = { address: HERE, port: place.port };
  const first = play({ codec: "pcmu", hz: 440, to });
  await hears(ann, { loud: [440] });
  const { from } = room.rtp.stats("tel");
  play({ codec: "pcmu", hz: 660, to });
  await until({
    what: "foreign packets",
    read: () => room.rtp.stats("tel").foreign,
    accept: (foreign) => foreign > 30,
  });
  await hears(ann, { loud: [440], silent: [660] });
  t.deepEqual(room.rtp.stats("tel").from, from);
  // The same address goes on from another port once the first is silent.
  await first.stop();
  await hears(ann, { loud: [660], silent: [440] });
});

test.serial("a flood of garbage does nothing", async (t) => {
  const { room, place, ann } = await openTwo("pcmu");
  play({ codec: "pcmu", hz: 440, to: place });
  await hears(ann, { loud: [440] });
  const socket = createSocket("udp4");
  closing.push(() => socket.close());
  for (let n = 0; n < 20_000; n++) {
    const garbage = Buffer.alloc(n % 200, n);
    if (n % 3 === 0 && garbage.length > 12) {
      // Like RTP, of the right payload type.
      garbage[0] = 0x80;
      garbage[1] = 0;
      garbage.writeUInt32BE((n * 2_654_435) >>> 0, 8);
    }
    socket.send(garbage, n % 2 === 0 ? place.port : place.port + 1, HERE);
    if (n % 100 === 0) await new Promise(setImmediate);
  }
  await hears(ann, { loud: [440] });
  const { invalid, foreign } = room.rtp.stats("tel");
  t.log({ invalid, foreign });
  t.true(invalid + foreign > 1000);
  t.deepEqual(
    room.participants.has("tel") && room.rtp.stats("tel").from?.address,
    HERE,
  );
});

test.serial(
  "who is muted is not heard, and who is deaf is sent silence",
  async (t) => {
    const { room, ann, to, place } = await openTwo("pcmu");
    play({ codec: "pcmu", hz: 440, to: place });
    await hears(ann, { loud: [440] });
    room.participants.update("tel", { muted: true, deaf: true });
    await hears(ann, { silent: [440] });
    const deaf = await record(sdpFor("pcmu", to), 3);
    const [others] = levels(deaf, [1000]);
    t.true(deaf.length > 130_000);
    t.true(others! < -60, `${others}`);
    room.participants.update("tel", { muted: false, deaf: false });
    await hears(ann, { loud: [440] });
  },
);

test.serial(
  "who hears the same in the same codec shares an encode",
  async (t) => {
    const { room, place } = await openTwo("pcmu");
    const open = async (id: string, codec: CodecName) => {
      room.participants.add(personOf(id));
      const to = { address: HERE, port: await freeRtpPort() };
      await room.rtp.openPeer({
        ...{ room: "demo", participant: id },
        options: {
          ...{ codec: codecOf(codec), to, hosts: [HERE] },
          ...{ rtcpMux: true, timeout: 30 },
        },
      });
    };
    const encoders = (count: number) =>
      until({
        what: `${count} encoders`,
        read: () => room.rtp.encoders,
        accept: (found) => found === count,
      });
    await open("ben", "pcmu");
    await open("cid", "pcmu");
    await encoders(1);
    await open("dee", "pcma");
    await encoders(2);
    // Whoever talks hears all but itself.
    play({ codec: "pcmu", hz: 440, to: place });
    await encoders(3);
    for (const id of ["tel", "ben", "cid", "dee"]) room.removeParticipant(id);
    await encoders(0);
    t.is(room.rtp.isNeeded, false);
  },
);

test.serial("who sends nothing is lost after its time", async (t) => {
  const { awaitEvent, events } = await openTwo("pcma", { timeout: 1 });
  await awaitEvent("ingest", (it) => it.participant === "tel");
  t.is(events("ingest").find((it) => it.participant === "tel")?.state, "lost");
});

test.serial("a mixed port gives both ports back, and says BYE", async (t) => {
  const { room, to, place } = await openTwo("pcmu");
  const rtcp = createSocket("udp4");
  rtcp.bind(to.port + 1, HERE);
  await once(rtcp, "listening");
  const bye = new Promise<number>((resolve) => {
    rtcp.on("message", (data) => {
      for (
        let at = 0;
        at < data.length;
        at += 4 * (data.readUInt16BE(at + 2) + 1)
      )
        if (data[at + 1] === 203) resolve(data.readUInt32BE(at + 4));
    });
  });
  room.removeParticipant("tel");
  t.is(await bye, place.ssrc);
  rtcp.close();
  for (const port of [place.port, place.port + 1]) {
    const socket = createSocket("udp4");
    socket.bind(port);
    await once(socket, "listening");
    socket.close();
  }
  t.pass();
});
