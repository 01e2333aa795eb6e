import test from "ava";
import { select, type Selection } from "../../../server/http/ranges.js";

const file = {
  size: 100,
  modified: new Date("2026-03-04T05:06:07.890Z"),
  etag: '"abc"',
};
const DATE = "Wed, 04 Mar 2026 05:06:07 GMT";
const LATER = "Wed, 04 Mar 2026 05:06:08 GMT";
const EARLIER = "Wed, 04 Mar 2026 05:06:06 GMT";

const part = (start: number, end: number): Selection => ({
  is: "part",
  start,
  end,
});
const whole = { is: "whole" } as const;
const unsatisfiable = { is: "unsatisfiable" } as const;
const unmodified = { is: "unmodified" } as const;

const selects = test.macro<[Record<string, string>, Selection]>({
  exec: (t, headers, expected) => t.deepEqual(select(headers, file), expected),
  title: (_, headers) => `${JSON.stringify(headers)} selects its part`,
});

for (const [headers, expected] of [
  [{}, whole],
  [{ range: "bytes=0-0" }, part(0, 0)],
  [{ range: "bytes=10-19" }, part(10, 19)],
  [{ range: "bytes=90-" }, part(90, 99)],
  [{ range: "bytes=90-1000" }, part(90, 99)],
  [{ range: "bytes=-10" }, part(90, 99)],
  [{ range: "bytes=-1000" }, part(0, 99)],
  [{ range: "bytes=100-" }, unsatisfiable],
  [{ range: "bytes=-0" }, unsatisfiable],
  [{ range: "bytes=20-10" }, whole],
  [{ range: "bytes=-" }, whole],
  [{ range: "bytes=0-1,5-6" }, whole],
  [{ range: "seconds=1-2" }, whole],
  [{ range: "bytes=0-9", "if-range": '"abc"' }, part(0, 9)],
  [{ range: "bytes=0-9", "if-range": '"old"' }, whole],
  [{ range: "bytes=0-9", "if-range": 'W/"abc"' }, whole],
  [{ range: "bytes=0-9", "if-range": DATE }, part(0, 9)],
  [{ range: "bytes=0-9", "if-range": EARLIER }, whole],
  [{ "if-none-match": '"abc"' }, unmodified],
  [{ "if-none-match": '"x", W/"abc"' }, unmodified],
  [{ "if-none-match": "*" }, unmodified],
  [{ "if-none-match": '"x"', "if-modified-since": LATER }, whole],
  [{ "if-modified-since": DATE }, unmodified],
  [{ "if-modified-since": EARLIER }, whole],
  [{ "if-modified-since": "yesterday" }, whole],
] as [Record<string, string>, Selection][])
  test(selects, headers, expected);

test("an empty file has no range", (t) => {
  const empty = { ...file, size: 0 };
  for (const range of ["bytes=0-", "bytes=-1", "bytes=0-0"])
    t.deepEqual(select({ range }, empty), unsatisfiable);
  t.deepEqual(select({}, empty), whole);
});
