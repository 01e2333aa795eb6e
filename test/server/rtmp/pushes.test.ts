/** Places for encoders on a real port, with what ffmpeg has once sent and the right key put in. */
import { readFileSync } from "node:fs";
import test, { type ExecutionContext } from "ava";
import { freePort } from "../../helpers/ports.js";
import { makePushes, noPushes } from "../../helpers/pushes.js";
import { comeTo } from "../../helpers/strays.js";
import { until } from "../../helpers/until.js";
import { inRoot } from "../../helpers/root.js";

const CAPTURE = readFileSync(inRoot("test/media/push.rtmp"));
const HOST = { host: "meet.example.org:8443" };

const open = async (
  t: ExecutionContext,
  more: Parameters<typeof makePushes>[1] = {},
) => {
  const port = await freePort();
  const pushes = makePushes(port, more);
  t.teardown(() => pushes.close());
  await pushes.listen();
  return { port, pushes };
};

/** Keys of other lengths would need other lengths around them: this is said with chunks of its own. */
const hello = (key: string): Buffer => {
  const body = Buffer.concat([
    Buffer.from("0200077075626c6973680040140000000000000502", "hex"),
    Buffer.from([0, key.length]),
    Buffer.from(key),
  ]);
  const head = Buffer.from("030000000000001400000000", "hex");
  head.writeUIntBE(body.length, 4, 3);
  return Buffer.concat([CAPTURE.subarray(0, 3073), head, body]);
};

for (const [what, more, headers, host] of [
  ["the host of the request", {}, HOST, "meet.example.org"],
  ["its address", {}, { host: "[2001:db8::1]:80" }, "[2001:db8::1]"],
  ["the address of media", { addresses: ["192.0.2.1"] }, HOST, "192.0.2.1"],
  ["one of IPv6", { addresses: ["2001:db8::2"] }, HOST, "[2001:db8::2]"],
  [
    "what a proxy says, if it may",
    { trustProxy: true },
    { ...HOST, "x-forwarded-host": "out.example.org, in.example.org" },
    "out.example.org",
  ],
  [
    "not what anybody says of a proxy",
    {},
    { ...HOST, "x-forwarded-host": "evil.example.org" },
    "meet.example.org",
  ],
  ["no nonsense", {}, { host: "a/b@c" }, "localhost"],
] as const)
  test(`the address names ${what}`, async (t) => {
    const pushes = makePushes(1935, more as object);
    t.teardown(() => pushes.close());
    const { url, key } = await pushes.open(headers);
    t.is(url, `rtmp://${host}:1935/live`);
    t.regex(key, /^[\w-]{22}$/);
  });

test("without a port there is no place, and it says which setting makes one", async (t) => {
  const pushes = noPushes();
  await pushes.listen();
  await t.throwsAsync(pushes.open(HOST), {
    code: "forbidden",
    message: /TUTTI_RTMP_PORT/,
  });
});

test("a port that is taken cannot be had", async (t) => {
  const { port } = await open(t);
  const second = makePushes(port);
  t.teardown(() => second.close());
  await t.throwsAsync(second.listen(), { code: "EADDRINUSE" });
});

test("one encoder at a time is live with a key, and the next when it has gone", async (t) => {
  const { port, pushes } = await open(t);
  const push = await pushes.open(HOST);
  const other = await pushes.open(HOST);
  t.not(push.key, other.key);
  let changes = 0;
  push.watch(() => changes++);
  const live = (is: boolean) =>
    until({
      what: `live: ${is}`,
      read: () => push.live,
      accept: (now) => now === is,
    });
  const wrong = await comeTo(port, hello(`${push.key.slice(0, -1)}!`));
  await wrong.gone;
  t.false(push.live);
  const first = await comeTo(port, hello(push.key));
  await live(true);
  const second = await comeTo(port, hello(push.key));
  await second.gone;
  t.true(push.live);
  t.false(first.socket.destroyed);
  first.socket.destroy();
  await live(false);
  const third = await comeTo(port, hello(push.key));
  await live(true);
  t.is(changes, 3);
  push.close();
  await third.gone;
  t.is(changes, 3);
  const late = await comeTo(port, hello(push.key));
  await late.gone;
  t.false(other.live);
});

test("of those who show no key the oldest goes, and a key is still heard", async (t) => {
  const { port, pushes } = await open(t);
  const push = await pushes.open(HOST);
  const idle = [];
  for (let i = 0; i < 20; i++) idle.push(await comeTo(port, Buffer.from([3])));
  await Promise.all(idle.slice(0, 4).map(({ gone }) => gone));
  await comeTo(port, hello(push.key));
  await until({
    what: "the encoder is live",
    read: () => push.live,
    accept: (is) => is,
  });
  t.is(idle.filter(({ socket }) => !socket.destroyed).length, 15);
});
