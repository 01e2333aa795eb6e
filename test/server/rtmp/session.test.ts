/** What ffmpeg has sent to a server, byte by byte, and what could come in its place. */
import { readFileSync } from "node:fs";
import test from "ava";
import { createSession } from "../../../server/rtmp/session.js";
import { decodeAmf, type Amf } from "../../../server/rtmp/amf0.js";
import { ChunkReader } from "../../../server/rtmp/chunk-reader.js";
import { inRoot } from "../../helpers/root.js";

const KEY = "SECRET";
const CAPTURE = readFileSync(inRoot("test/media/push.rtmp"));
const HANDSHAKE = 3073;

type Told = { type: number; time: number; bytes: number };

const start = () => {
  const told: Told[] = [];
  const written: Buffer[] = [];
  let ends = 0;
  const session = createSession({
    write: (bytes) => written.push(bytes),
    publish: (key) => {
      if (key !== KEY) return "There is no such key";
      return {
        media: ({ type, time, payload }) =>
          told.push({ type, time, bytes: payload.length }),
        end: () => ends++,
      };
    },
  });
  return {
    session,
    told,
    ends: () => ends,
    /** Behind the handshake. */
    answers: (): Amf[][] => {
      const found: Amf[][] = [];
      const reader = new ChunkReader(1 << 20, ({ type, payload }) => {
        if (type === 20) found.push(decodeAmf(payload));
      });
      reader.push(Buffer.concat(written).subarray(HANDSHAKE));
      return found;
    },
  };
};

/** The error with which it ended, if it did. */
const push = (
  { session }: ReturnType<typeof start>,
  bytes: Buffer,
  size = bytes.length,
): string | undefined => {
  try {
    for (let at = 0; at < bytes.length; at += size)
      session.push(bytes.subarray(at, at + size));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

const expected = (() => {
  const it = start();
  push(it, CAPTURE);
  return it.told;
})();

test("the media of an encoder are given in their order", (t) => {
  const kinds = expected.map(({ type }) => type);
  t.is(kinds[0], 18);
  // A second of AAC with its head, and five pictures with theirs.
  t.is(kinds.filter((type) => type === 9).length, 5 + 2);
  t.true(kinds.filter((type) => type === 8).length >= 47);
  const times = expected.filter(({ type }) => type === 8).map((it) => it.time);
  t.deepEqual(
    times,
    [...times].sort((a, b) => a - b),
  );
  t.true(Math.abs(times.at(-1)! - 980) < 50, String(times.at(-1)));
});

test("it is answered what encoders wait for", (t) => {
  const it = start();
  t.is(push(it, CAPTURE), "It has ended");
  const codes = it
    .answers()
    .map(([name, , , last]) => [
      name,
      (last as { code?: string })?.code ?? last,
    ]);
  t.deepEqual(codes[0], ["_result", "NetConnection.Connect.Success"]);
  t.true(codes.some(([name, stream]) => name === "_result" && stream === 1));
  t.deepEqual(codes.at(-1), ["onStatus", "NetStream.Publish.Start"]);
  t.is(it.ends(), 1);
});

for (const size of [1, 2, 7, 128, 1460])
  test(`in pieces of ${size} it is the same`, (t) => {
    const it = start();
    t.is(push(it, CAPTURE, size), "It has ended");
    t.deepEqual(it.told, expected);
  });

test("a wrong key is told so, and gets nothing through", (t) => {
  const it = start();
  const said = CAPTURE.toString("latin1").replaceAll(KEY, "SECRES");
  const wrong = Buffer.from(said, "latin1");
  t.is(push(it, wrong), "There is no such key");
  t.deepEqual(it.told, []);
  t.is(it.ends(), 0);
  const [name, , , about] = it.answers().at(-1)!;
  t.is(name, "onStatus");
  t.like(about as object, {
    level: "error",
    code: "NetStream.Publish.BadName",
  });
});

test("media without a key are nothing", (t) => {
  const it = start();
  const video = Buffer.from("0400000000000209010000001700", "hex");
  push(it, Buffer.concat([CAPTURE.subarray(0, HANDSHAKE), video]));
  t.deepEqual(it.told, []);
});

test("cut off anywhere, it waits, and its end is told once", (t) => {
  for (let length = 0; length < CAPTURE.length - 120; length += 13) {
    const it = start();
    t.is(push(it, CAPTURE.subarray(0, length)), undefined);
    const publishing = it.session.publishing ? 1 : 0;
    it.session.end();
    it.session.end();
    t.is(it.ends(), publishing);
  }
});

for (const [what, bytes] of [
  ["HTTP", Buffer.from("GET / HTTP/1.1\r\n\r\n")],
  ["TLS", Buffer.from("160301020001", "hex")],
  ["RTMPE", Buffer.from("06", "hex")],
] as const)
  test(`${what} is refused with its first byte`, (t) => {
    t.is(push(start(), bytes), "no RTMP");
  });

test("before it has shown a key nobody gets much memory", (t) => {
  const long = Buffer.from("040000000040010901000000", "hex");
  const bytes = Buffer.concat([CAPTURE.subarray(0, HANDSHAKE), long]);
  t.is(push(start(), bytes), "a message is too long");
});

/** https://en.wikipedia.org/wiki/Linear_congruential_generator with the figures of Numerical Recipes. */
const random = (seed: number) => () =>
  (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;

test("whatever its bytes become, there is an error or there is not", (t) => {
  const next = random(7);
  for (let round = 0; round < 500; round++) {
    const spoilt = Buffer.from(CAPTURE);
    for (let i = 0; i < 1 + round / 50; i++) {
      const at = HANDSHAKE + next() * (spoilt.length - HANDSHAKE);
      spoilt[Math.floor(at)] = next() * 256;
    }
    const it = start();
    push(it, spoilt.subarray(0, next() * spoilt.length), 1460);
    it.session.end();
    t.true(it.ends() <= 1);
  }
});
