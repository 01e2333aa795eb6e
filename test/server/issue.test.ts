import test from "ava";
import { z } from "zod";
import { describeIssue } from "../../server/issue.js";

const schema = z.strictObject({
  size: z.int().optional(),
  who: z
    .union([
      z.enum(["all", "none"]),
      z.strictObject({ id: z.string() }),
      z.strictObject({ role: z.string(), at: z.array(z.int()).optional() }),
    ])
    .optional(),
});

const problemOf = (value: unknown): string =>
  describeIssue(schema.safeParse(value).error?.issues[0], "body");

const named = test.macro<[value: unknown, says: RegExp]>({
  exec: (t, value, says) => t.regex(problemOf(value), says),
  title: (_, value, says) => `${JSON.stringify(value)} is ${says.source}`,
});

for (const [value, says] of [
  [5, /^body: .*object/],
  [{ size: "x" }, /^size: .*number/],
  [{ colour: 1 }, /^colour: unknown field$/],
  [{ who: "some" }, /^who: .*"all"/],
  [{ who: 5 }, /^who: .*"all"/],
  [{ who: { id: 5 } }, /^who\.id: .*string/],
  [{ who: { role: 5 } }, /^who\.role: .*string/],
  [{ who: { role: "x", at: [1, "2"] } }, /^who\.at\.1: .*number/],
  [{ who: { role: "x", colour: 1 } }, /^who\.colour: unknown field$/],
] as const)
  test(named, value, says);

test("without a word of what is wrong the value is named", (t) => {
  t.is(describeIssue(undefined, "body"), "body: invalid");
});
