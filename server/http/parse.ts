import type { z } from "zod";
import { ConferenceError } from "../errors.js";

type Issue = z.core.$ZodIssue;

const describeIssue = (issue: Issue, whole: string): string => {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys")
    return `${[...path, issue.keys[0]].join(".")}: unknown field`;
  return `${path.join(".") || whole}: ${issue.message}`;
};

/** The value as its schema has it. Throws a `bad-request` that names the first field that is wrong; `whole` names the value. */
export const parseWith = <Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  whole: string,
): z.output<Schema> => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ConferenceError(
    "bad-request",
    issue === undefined ? `${whole}: invalid` : describeIssue(issue, whole),
  );
};
