import { readFileSync } from "node:fs";
import test from "ava";
import { SETTINGS } from "../server/config.js";
import { inRoot } from "./helpers/root.js";

/** Table rows with their padding taken out, as a reader sees them. */
const rows = readFileSync(inRoot("README.md"), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .map((line) => line.replace(/\s+/g, " ").trim());

for (const { name, fallback, meaning } of SETTINGS)
  test(`the README's table says what ${name} means`, (t) => {
    t.true(rows.includes(`| \`${name}\` | ${fallback} | ${meaning} |`));
  });

test("the README's table has no setting that does not exist", (t) => {
  const named = rows.flatMap((row) => /^\| `(TUTTI_\w+)`/.exec(row)?.[1] ?? []);
  t.deepEqual(
    named,
    SETTINGS.map(({ name }) => name),
  );
});
