import type { z } from "zod";
import { ConferenceError } from "../errors.js";
import { describeIssue } from "../issue.js";

/** The value as its schema has it. Throws a `bad-request` that names the first field that is wrong; `whole` names the value. */
export const parseWith = <Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  whole: string,
): z.output<Schema> => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ConferenceError("bad-request", describeIssue(issue, whole));
};
