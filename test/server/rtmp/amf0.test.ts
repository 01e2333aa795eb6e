import test from "ava";
import { decodeAmf, encodeAmf, type Amf } from "../../../server/rtmp/amf0.js";

const bytes = (hex: string): Buffer => Buffer.from(hex, "hex");

const CASES: [what: string, hex: string, values: Amf[]][] = [
  ["nothing", "", []],
  ["a number", "00 3ff8000000000000", [1.5]],
  ["truths", "0101 0100", [true, false]],
  ["text", "02 0003 c3a462", ["äb"]],
  ["long text", "0c 00000002 6162", ["ab"]],
  ["null and undefined", "05 06", [null, undefined]],
  ["an object", "03 0001 61 0101 0000 09", [{ a: true }]],
  ["an object in an object", "03 0001 61 03 000009 000009", [{ a: {} }]],
  [
    "members that are said to be others",
    "08 00000007 000161 05 000009",
    [{ a: null }],
  ],
  ["a list", "0a 00000002 05 0101", [[null, true]]],
  ["a date", "0b 4270000000000000 0000", [new Date(2 ** 40)]],
];

const readOrNothing = (part: Buffer): Amf[] => {
  try {
    return decodeAmf(part);
  } catch {
    return [];
  }
};

for (const [what, hex, values] of CASES) {
  const whole = bytes(hex.replaceAll(" ", ""));

  test(`${what} is read`, (t) => {
    t.deepEqual(decodeAmf(whole), values);
  });

  if (whole.length > 0)
    test(`${what}, cut off anywhere, is an error or less`, (t) => {
      t.plan(Math.max(0, whole.length - 1));
      for (let length = 1; length < whole.length; length++) {
        const read = readOrNothing(whole.subarray(0, length));
        t.true(read.length < Math.max(1, values.length));
      }
    });
}

test("what is written is read again", (t) => {
  const values = ["_result", 3, null, { code: "NetStream", objectEncoding: 0 }];
  t.deepEqual(decodeAmf(encodeAmf(values)), values);
});

for (const [what, hex, message] of [
  ["an unknown type", "0d", /no type 13/],
  ["a list of more than there is", "0affffffff05", /cut off/],
  ["text of more than there is", "0cffffffff61", /cut off/],
  ["an object without an end", "03000161", /cut off/],
] as const)
  test(`${what} is an error`, (t) => {
    t.throws(() => decodeAmf(bytes(hex)), { message });
  });

test("what is nested without end is an error", (t) => {
  const deep = Buffer.alloc(40_000, bytes("0a00000001"));
  t.throws(() => decodeAmf(deep), { message: /too deeply/ });
});

test("a member that is named like a prototype is a member", (t) => {
  const [read] = decodeAmf(bytes("0300095f5f70726f746f5f5f0101000009"));
  t.deepEqual(Object.keys(read as object), ["__proto__"]);
  t.is(Object.getPrototypeOf(read), Object.prototype);
});
