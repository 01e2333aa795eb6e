/** What plain RTP looks like on the wire: packets, reports, and their ends. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import test, { type ExecutionContext } from "ava";
import { freeRtpPort } from "../../helpers/ports.js";
import { openRoom } from "../../helpers/room.js";
import { codecOf } from "../../helpers/rtp.js";
import { personOf } from "../../helpers/settings.js";
import { until } from "../../helpers/until.js";

const HERE = "127.0.0.1";
const SSRC = 0x1234;

const bind = async (t: ExecutionContext, port: number): Promise<Socket> => {
  const socket = createSocket("udp4");
  t.teardown(() => socket.close());
  socket.bind(port, HERE);
  await once(socket, "listening");
  return socket;
};

/** Equipment made of two sockets, or one, that says nothing by itself. */
const openTel = async (t: ExecutionContext, rtcpMux = false) => {
  const { room, events, close } = openRoom();
  t.teardown(close);
  room.participants.add(personOf("tel"));
  const to = { address: HERE, port: await freeRtpPort() };
  const rtp = await bind(t, to.port);
  const rtcp = rtcpMux ? rtp : await bind(t, to.port + 1);
  const packets: Buffer[] = [];
  const reports: Buffer[] = [];
  for (const socket of new Set([rtp, rtcp]))
    socket.on("message", (data) => {
      const isRtcp = data[1]! >= 192 && data[1]! <= 223;
      (isRtcp ? reports : packets).push(data);
    });
  const place = await room.rtp.openPeer({
    ...{ room: "demo", participant: "tel" },
    options: {
      ...{ codec: codecOf("pcmu"), to, hosts: [HERE], rtcpMux, timeout: 30 },
    },
  });
  const send = (sequence: number): void => {
    const data = Buffer.alloc(172, 0xff);
    data.writeUInt16BE(0x8000, 0);
    data.writeUInt16BE(sequence & 0xffff, 2);
    data.writeUInt32BE(160 * sequence, 4);
    data.writeUInt32BE(SSRC, 8);
    rtp.send(data, place.port, HERE);
  };
  const port = rtcpMux ? place.port : place.port + 1;
  const tell = (data: Buffer): void => rtcp.send(data, port, HERE);
  return { room, events, place, packets, reports, send, tell };
};

test.serial(
  "packets follow each other in number and time, without extensions",
  async (t) => {
    const { packets, place } = await openTel(t);
    await until({
      what: "packets",
      read: () => packets.length,
      accept: (count) => count > 30,
    });
    for (const [i, packet] of packets.entries()) {
      t.is(packet.length, 172);
      t.is(packet.readUInt16BE(0), 0x8000);
      t.is(packet.readUInt32BE(8), place.ssrc);
      if (i === 0) continue;
      const before = packets[i - 1]!;
      t.is((packet.readUInt16BE(2) - before.readUInt16BE(2)) & 0xffff, 1);
      t.is((packet.readUInt32BE(4) - before.readUInt32BE(4)) % 160, 0);
    }
  },
);

for (const mux of [false, true])
  test.serial(
    `each side is told how its packets arrive${mux ? ", over one port" : ""}`,
    async (t) => {
      const { room, reports, place, send, tell } = await openTel(t, mux);
      // Of ten packets one is lost.
      for (let n = 0; n < 101; n++) if (n % 10 !== 5) send(n);
      const { value: report } = await until({
        what: "a report with a block",
        read: () => reports.find((one) => (one[0]! & 0x1f) === 1),
        accept: (found) => found !== undefined,
      });
      t.is(report![1], 200);
      t.is(report!.readUInt32BE(4), place.ssrc);
      t.is(report!.readUInt32BE(28), SSRC);
      t.true(Math.abs(report![32]! / 256 - 0.1) < 0.02);
      t.is(report!.readUInt32BE(32) & 0xffffff, 10);
      t.is(report!.readUInt32BE(36), 100);
      // Then the source description.
      t.is(report![52 + 1], 202);
      const answer = Buffer.alloc(32);
      answer.writeUInt32BE(0x81c9_0007, 0);
      answer.writeUInt32BE(SSRC, 4);
      answer.writeUInt32BE(place.ssrc, 8);
      answer[12] = 64;
      answer.writeUInt32BE(report!.readUInt32BE(10), 24);
      tell(answer);
      const { value } = await until({
        what: "the report is taken in",
        read: () => room.rtp.stats("tel").remote,
        accept: ({ lost }) => lost === 0.25,
      });
      t.true(value.roundTrip! >= 0 && value.roundTrip! < 5000);
    },
  );

test.serial("who says BYE is told of as closed", async (t) => {
  const { send, tell, events } = await openTel(t);
  for (let n = 0; n < 5; n++) send(n);
  const states = () => events("ingest").map(({ state }) => state);
  await until({
    what: "connected",
    read: states,
    accept: (all) => all.includes("connected"),
  });
  const bye = Buffer.alloc(8);
  bye.writeUInt32BE(0x81cb_0001, 0);
  bye.writeUInt32BE(SSRC, 4);
  tell(bye);
  await until({
    what: "closed",
    read: states,
    accept: (all) => all.at(-1) === "closed",
  });
  t.deepEqual(states(), ["connected", "closed"]);
});
