import test from "ava";
import { ChunkReader } from "../../../server/rtmp/chunk-reader.js";

const LIMIT = 1_000;

const read = (...parts: (string | Buffer)[]) => {
  const found: { type: number; time: number; text: string }[] = [];
  const reader = new ChunkReader(LIMIT, ({ type, time, payload }) =>
    found.push({ type, time, text: payload.toString() }),
  );
  for (const part of parts)
    reader.push(
      typeof part === "string"
        ? Buffer.from(part.replaceAll(" ", ""), "hex")
        : part,
    );
  return found;
};

const text = (given: string): string => Buffer.from(given).toString("hex");

test("a message of one chunk is read", (t) => {
  const chunk = `04 000010 000002 09 01000000 ${text("ab")}`;
  t.deepEqual(read(chunk), [{ type: 9, time: 16, text: "ab" }]);
});

test("times are said anew, as differences, or by the difference before", (t) => {
  const found = read(
    `04 000010 000001 09 01000000 ${text("a")}`,
    `44 000021 000002 08 ${text("bc")}`,
    `84 000005 ${text("de")}`,
    `c4 ${text("fg")}`,
    `04 000007 000001 09 01000000 ${text("h")}`,
  );
  t.deepEqual(
    found.map(({ type, time, text }) => [type, time, text]),
    [
      [9, 16, "a"],
      [8, 49, "bc"],
      [8, 54, "de"],
      [8, 59, "fg"],
      [9, 7, "h"],
    ],
  );
});

test("times of 32 bits are read, in the chunks behind too, and wrap", (t) => {
  const body = "x".repeat(130);
  const found = read(
    `04 ffffff 000082 09 01000000 fffffff0 ${text(body.slice(0, 128))}`,
    `c4 fffffff0 ${text("xx")}`,
    `44 000020 000001 09 ${text("y")}`,
  );
  t.deepEqual(found, [
    { type: 9, time: 0xfffffff0, text: body },
    { type: 9, time: 0x10, text: "y" },
  ]);
});

test("messages whose chunks come in turns are told apart", (t) => {
  const [first, second] = ["a".repeat(200), "b".repeat(150)];
  const found = read(
    `04 000000 0000c8 09 01000000 ${text(first.slice(0, 128))}`,
    `05 000000 000096 08 01000000 ${text(second.slice(0, 128))}`,
    `c4 ${text(first.slice(128))}`,
    `c5 ${text(second.slice(128))}`,
  );
  t.deepEqual(
    found.map((it) => it.text),
    [first, second],
  );
});

test("the size of chunks changes where it says so", (t) => {
  const body = "z".repeat(300);
  const found = read(
    `02 000000 000004 01 00000000 00001000`,
    `04 000000 00012c 09 01000000 ${text(body)}`,
  );
  t.deepEqual(
    found.map((it) => it.text),
    [body],
  );
});

test("an aborted message is forgotten", (t) => {
  const found = read(
    `04 000000 0000c8 09 01000000 ${text("a".repeat(128))}`,
    `02 000000 000004 02 00000000 00000004`,
    `c4 ${text("b".repeat(128))}`,
    `c4 ${text("b".repeat(72))}`,
  );
  t.deepEqual(
    found.map((it) => it.text),
    ["b".repeat(200)],
  );
});

test("chunk streams with numbers of two and three bytes are told apart", (t) => {
  const found = read(
    `00 01 000000 000001 09 01000000 ${text("a")}`,
    `01 0100 000000 000001 09 01000000 ${text("b")}`,
    `01 0101 000000 000001 09 01000000 ${text("c")}`,
    `c0 01 ${text("d")}`,
  );
  t.is(found.map((it) => it.text).join(""), "abcd");
});

test("an empty message is one", (t) => {
  t.is(read("04 000000 000000 09 01000000").length, 1);
});

test("it does not matter where the bytes are cut", (t) => {
  const body = "q".repeat(300);
  const whole = Buffer.from(
    `04ffffff00012c0901000000010000ff${text(body.slice(0, 128))}c4010000ff${text(body.slice(128, 256))}c4010000ff${text(body.slice(256))}`,
    "hex",
  );
  for (let cut = 1; cut < whole.length; cut++)
    t.deepEqual(read(whole.subarray(0, cut), whole.subarray(cut)), [
      { type: 9, time: 0x010000ff, text: body },
    ]);
});

const streams = Array.from(
  { length: 40 },
  (_, i) => `${(i + 3).toString(16).padStart(2, "0")}000000000001090100000061`,
);

for (const [what, parts, message] of [
  ["a chunk of nothing known", ["c4"], /nothing known/],
  ["a message that is too long", ["04 000000 0003e9 09 01000000"], /too long/],
  ["chunks of no bytes", ["02 000000 000004 01 00000000 00000000"], /size/],
  ["a negative size", ["02 000000 000004 01 00000000 80000000"], /size/],
  ["more streams than anybody has", streams, /too many/],
] as const)
  test(`${what} is an error`, (t) => {
    t.throws(() => read(...parts), { message });
  });
