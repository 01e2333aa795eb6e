/** What is wrong with a value, in words that name the field. Pure. */
import type { z } from "zod";

type Issue = z.core.$ZodIssue;

/** How far inside the value it lies. A field that is not known lies in the object that has it. */
const depthOf = ({ code, path }: Issue): number =>
  path.length + (code === "unrecognized_keys" ? 1 : 0);

const deepest = (issues: readonly Issue[]): number =>
  Math.max(...issues.map(depthOf));

/** Of several alternatives the one that was meant: where the value went furthest, and then where least is wrong. */
const meantOf = (
  alternatives: readonly (readonly Issue[])[],
): Issue | undefined => {
  const [meant] = [...alternatives].sort(
    (a, b) => deepest(b) - deepest(a) || a.length - b.length,
  );
  return meant?.[0];
};

/** The first of these as `path.to.field: what is wrong`; `whole` names the value itself. */
export const describeIssue = (
  issue: Issue | undefined,
  whole: string,
  outer: readonly PropertyKey[] = [],
): string => {
  if (issue === undefined) return `${whole}: invalid`;
  const path = [...outer, ...issue.path];
  if (issue.code === "invalid_union") {
    const meant = meantOf(issue.errors);
    if (meant !== undefined) return describeIssue(meant, whole, path);
  }
  if (issue.code === "unrecognized_keys")
    return `${[...path, issue.keys[0]].map(String).join(".")}: unknown field`;
  return `${path.map(String).join(".") || whole}: ${issue.message}`;
};
