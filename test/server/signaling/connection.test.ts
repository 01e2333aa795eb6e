import { once } from "node:events";
import { connect } from "node:net";
import test from "ava";
import { WebSocket } from "ws";
import { openClient, startSignaling } from "../../helpers/signaling.js";

const status = async (url: string): Promise<string> => {
  const socket = new WebSocket(url);
  const [error] = (await once(socket, "error")) as [Error];
  return error.message;
};

test("only /ws upgrades", async (t) => {
  const { url } = await startSignaling(t);
  const base = url.slice(0, -"/ws".length);
  for (const path of ["/", "/ws/x", "/wss", "//ws", "/%77s"])
    t.regex(await status(base + path), /404/, path);
  const client = await openClient(`${url}?v=1`);
  t.is(await client.refusal({ type: "ping" }), "pong");
});

test("a socket that does not join in time is closed", async (t) => {
  const { url } = await startSignaling(t, { connection: { greetingMs: 20 } });
  const client = await openClient(url);
  t.deepEqual(await client.closed, { code: 1008, reason: "no join in time" });
});

test("a client that shows no sign of life is given up, and its seat kept", async (t) => {
  const { url, directory } = await startSignaling(t, {
    connection: { pingMs: 50, silenceMs: 3_000 },
  });
  const bob = await openClient(url);
  await bob.join("red");
  const ann = await openClient(url);
  await ann.join("red");
  // Neither reads nor answers pings, as behind a line that was cut.
  ann.socket.pause();
  await bob.until("participant", (m) => m.participant.state === "away");
  t.is(bob.socket.readyState, WebSocket.OPEN, "who answers pings stays");
  t.is(directory.find("red")?.info().length, 2);
});

test("a message that is too large closes the socket that sent it, and no other", async (t) => {
  const { url } = await startSignaling(t);
  const [ann, bob] = [await openClient(url), await openClient(url)];
  await ann.join("red");
  await bob.join("red");
  ann.send("x".repeat(256 * 1024 + 1));
  t.is((await ann.closed).code, 1009);
  t.is(await bob.refusal({ type: "ping" }), "pong");
});

test("a client that does not read is given up before its messages fill the memory", async (t) => {
  const { url, directory } = await startSignaling(t);
  const [ann, bob] = [await openClient(url), await openClient(url)];
  await ann.join("red");
  await bob.join("red");
  ann.socket.pause();
  const away = bob.until("participant", (m) => m.participant.state === "away");
  let waiting = true;
  void away.then(() => (waiting = false));
  const name = "n".repeat(64);
  for (let turn = 0; waiting; turn++) {
    const [room] = directory.list();
    const { id } = room!.info()[1]!;
    for (let i = 0; i < 500; i++) void room!.update(id, { name: name + i });
    await new Promise(setImmediate);
    if (turn > 1_000) return t.fail("It was never given up");
  }
  t.pass();
});

test("a client that sends faster than it is answered is closed", async (t) => {
  const { url } = await startSignaling(t);
  const client = await openClient(url);
  await client.join("red");
  client.send('{"type":"publish","sdp":"silent"}');
  for (let i = 0; i < 200; i++) client.send('{"type":"publish","sdp":"more"}');
  t.deepEqual(await client.closed, { code: 1008, reason: "too many messages" });
});

test("a half-spoken upgrade harms nobody", async (t) => {
  const { url, signaling } = await startSignaling(t);
  const { port } = new URL(url);
  const raw = connect(Number(port), "127.0.0.1");
  raw.write(
    "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
  );
  const [answer] = (await once(raw, "data")) as [Buffer];
  t.regex(answer.toString(), /^HTTP\/1\.1 400 /);
  t.is(signaling.sockets, 0);
  t.is(await (await openClient(url)).refusal({ type: "ping" }), "pong");
});

test("closing ends every socket and takes no further one", async (t) => {
  const { url, signaling } = await startSignaling(t);
  const [ann, deaf] = [await openClient(url), await openClient(url)];
  deaf.socket.pause();
  await Promise.all([signaling.close(), signaling.close()]);
  t.is((await ann.closed).code, 1001);
  t.is(signaling.sockets, 0);
  t.regex(await status(url), /503/);
});

test("draining tells everybody that the server shuts down", async (t) => {
  const { url, directory } = await startSignaling(t);
  const ann = await openClient(url);
  await ann.join("red");
  await directory.drain();
  t.is((await ann.until("closed")).reason, "shutdown");
  t.is((await ann.closed).code, 1001);
  const late = await openClient(url);
  t.is(await late.refusal({ type: "join", room: "red" }), "shutting-down");
});

test("PINs cannot be guessed with ever new sockets: after five wrong ones the address has to wait", async (t) => {
  const { url, directory } = await startSignaling(t);
  await directory.open("red", { pin: "1234" });
  const join = { type: "join", room: "red", name: "Ann" };
  const guess = async (pin: string): Promise<string> =>
    (await openClient(url)).refusal({ ...join, pin });
  for (let n = 0; n < 5; n++) t.is(await guess(`000${n}`), "wrong-pin");
  t.is(await guess("1234"), "too-often");
  const other = await openClient(url);
  t.is(await other.refusal({ ...join, room: "blue" }), "joined");
});
