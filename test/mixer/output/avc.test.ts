import test from "ava";
import {
  avcConfiguration,
  avcSample,
  nalUnits,
  parameterSets,
} from "../../../mixer/output/avc.js";

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");
const SPS = "67 42 c0 1f 8c 68";
const PPS = "68 ce 3c 80";

for (const [title, data, units] of [
  [
    "start codes of three and four bytes",
    "000001 0901 00000001 6588",
    ["0901", "6588"],
  ],
  [
    "zeros that belong to the next start code",
    "00000001 41aa0000 00000001 41bb",
    ["41aa", "41bb"],
  ],
  ["zeros inside", "000001 65000003000188", ["65000003000188"]],
  ["nothing without a start code", "658800", []],
  ["nothing in an empty unit", "000001 000001", []],
  ["nothing at all", "", []],
] as const)
  test(`Annex B is split: ${title}`, (t) => {
    t.deepEqual(
      nalUnits(hex(data)).map((unit) => unit.toString("hex")),
      [...units],
    );
  });

test("the configuration has profile, level and both sets", (t) => {
  const sets = parameterSets([hex(SPS), hex(PPS), hex("6588")])!;
  t.is(
    avcConfiguration(sets).toString("hex"),
    hex(`01 42c01f ff e1 0006 ${SPS} 01 0004 ${PPS}`).toString("hex"),
  );
});

test("a key frame without parameter sets has no configuration", (t) => {
  t.is(parameterSets([hex("6588")]), undefined);
  t.is(parameterSets([hex(SPS)]), undefined);
});

test("a sample leaves out what the head has, and keeps sets that changed", (t) => {
  const sets = parameterSets([hex(SPS), hex(PPS)])!;
  const units = [hex("0910"), hex(SPS), hex("68ff"), hex("658801")];
  t.is(
    Buffer.concat(avcSample(units, sets)).toString("hex"),
    "00000002" + "68ff" + "00000003" + "658801",
  );
});
