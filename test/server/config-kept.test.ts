import test from "ava";
import { describe, parseConfig } from "../../server/config.js";
import { problemsOf } from "../helpers/config.js";

for (const [text, bytes] of [
  ["500", 500],
  ["50 GB", 50e9],
  ["1.5t", 1.5e12],
  ["20M", 20e6],
] as const)
  test(`TUTTI_KEEP_BYTES=${text} is ${bytes}`, (t) => {
    t.is(parseConfig({ TUTTI_KEEP_BYTES: text }).keepBytes, bytes);
  });

test("a bucket needs both halves of its credentials, and they need a bucket", (t) => {
  const bucket = { TUTTI_S3_BUCKET: "recordings" };
  t.regex(
    problemsOf({ ...bucket, TUTTI_S3_KEY: "a" }).join(),
    /TUTTI_S3_KEY and its secret go together/,
  );
  const secret = { TUTTI_S3_KEY: "a", TUTTI_S3_SECRET: "hunter2" };
  t.regex(problemsOf(secret).join(), /TUTTI_S3_BUCKET is missing/);
  const config = parseConfig({ ...bucket, ...secret });
  t.like(config.s3, { endpoint: undefined, prefix: "", keep: true });
  t.notRegex(describe(config), /hunter2/);
  t.is(parseConfig(bucket).s3?.credentials, undefined);
});
