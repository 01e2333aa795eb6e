/** What comes through a front to a real sending peer. */
import { createHmac, randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import wrtc from "@roamhq/wrtc";
import test, { registerCompletionHandler, type ExecutionContext } from "ava";
import { createCounters } from "../../../mixer/counters.js";
import { openSubscriber } from "../../../mixer/egress/subscriber.js";
import { hostCandidates } from "../../../mixer/sdp.js";
import { udpPortsOf } from "../../helpers/sockets.js";
import { until } from "../../helpers/until.js";

// A process that used wrtc does not end by itself.
registerCompletionHandler(() => process.exit());

const BY_TCP = {
  urls: "turn:127.0.0.1:9?transport=tcp",
  ...{ username: "a", credential: "b" },
};
const PORTS = { min: 45_000, max: 45_999 };
/** Types of STUN: of binding. */
const SUCCESS = 0x0101;
const ERROR = 0x0111;

const offer = async (): Promise<string> => {
  const peer = new wrtc.RTCPeerConnection();
  try {
    peer.addTransceiver("audio", { direction: "recvonly" });
    return (await peer.createOffer()).sdp ?? "";
  } finally {
    peer.close();
  }
};

const open = async (t: ExecutionContext, servers: (typeof BY_TCP)[]) => {
  const sdp = await offer();
  const subscriber = await openSubscriber(sdp, {
    id: "front",
    ice: { mediaAddresses: [], mediaPorts: PORTS, iceServers: servers },
    counters: createCounters(),
    onOpen: () => undefined,
    onState: () => undefined,
  });
  t.teardown(subscriber.close);
  const valueOf = (text: string, name: string): string =>
    new RegExp(`^a=${name}:(\\S+)`, "m").exec(text)?.[1] ?? "";
  const { answer } = subscriber;
  return {
    subscriber,
    doors: hostCandidates(answer, 4),
    username: `${valueOf(answer, "ice-ufrag")}:${valueOf(sdp, "ice-ufrag")}`,
    password: valueOf(answer, "ice-pwd"),
  };
};

const attribute = (type: number, value: Buffer): Buffer => {
  const padded = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4);
  padded.writeUInt16BE(type, 0);
  padded.writeUInt16BE(value.length, 2);
  value.copy(padded, 4);
  return padded;
};

/** As a browser asks whether somebody is there. */
const request = (
  username: string,
  password: string,
  tieBreaker: number,
): Buffer => {
  const tie = Buffer.alloc(8);
  tie.writeBigUInt64BE(BigInt(tieBreaker));
  const body = Buffer.concat([
    attribute(0x0006, Buffer.from(username)),
    attribute(0x802a, tie),
    attribute(0x0024, Buffer.from([0x6e, 0, 1, 0xff])),
  ]);
  const head = Buffer.alloc(8);
  head.writeUInt16BE(0x0001, 0);
  head.writeUInt16BE(body.length + 24, 2);
  head.writeUInt32BE(0x2112a442, 4);
  const signed = Buffer.concat([head, randomBytes(12), body]);
  const signature = createHmac("sha1", password).update(signed).digest();
  return Buffer.concat([signed, attribute(0x0008, signature)]);
};

/** The type of the answer; undefined where there is none in half a second. */
const ask = async (
  { address, port }: { address: string; port: number },
  packet: Buffer,
): Promise<number | undefined> => {
  const socket = createSocket("udp4");
  try {
    const heard = new Promise<number>((resolve) =>
      socket.on("message", (answer) => {
        // It asks, too.
        const type = answer.readUInt16BE(0);
        if (type === SUCCESS || type === ERROR) resolve(type);
      }),
    );
    socket.send(packet, port, address);
    return await Promise.race([heard, delay(500, undefined)]);
  } finally {
    socket.close();
    await once(socket, "close");
  }
};

test("who asks without a tie-breaker is refused by the peer, and answered through the front", async (t) => {
  const { doors, username, password } = await open(t, [BY_TCP]);
  const [peer, front] = doors;
  const asked = request(username, password, 0);
  t.is(await ask(peer!, asked), ERROR, "else there need not be a front");
  t.is(await ask(front!, asked), SUCCESS);
});

test("the front lets nobody else through: without the password, with a tie-breaker, with anything but a request", async (t) => {
  const { doors, username, password } = await open(t, [BY_TCP]);
  const [peer, front] = doors;
  t.is(await ask(front!, request(username, "wrong", 0)), undefined);
  const usual = request(username, password, 5);
  t.is(await ask(front!, usual), undefined);
  t.is(await ask(peer!, usual), SUCCESS);
  t.is(await ask(front!, randomBytes(200)), undefined);
});

test("there is a front only where a TURN server may be reached by TCP", async (t) => {
  const without = await open(t, []);
  const ports = new Set(without.doors.map(({ port }) => port));
  t.is(ports.size, 1);
});

test("it closes with its subscriber", async (t) => {
  const { subscriber, doors, username, password } = await open(t, [BY_TCP]);
  const front = doors[1]!;
  const before = udpPortsOf(process.pid);
  t.true(before.includes(front.port));
  await ask(front, request(username, password, 0));
  subscriber.close();
  subscriber.close();
  await until({
    what: "its sockets are gone",
    read: () => udpPortsOf(process.pid),
    accept: (left) => !left.includes(front.port) && left.length < before.length,
  });
  t.pass();
});
