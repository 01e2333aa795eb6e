/** The one place where errors become answers. */
import type { Context, Middleware } from "koa";
import { ConferenceError } from "../errors.js";
import type { Log } from "../log.js";

export type ErrorBody = { error: { code: string; message: string } };

export const describeError = ({
  code,
  message,
}: ConferenceError): ErrorBody => ({ error: { code, message } });

const INTERNAL = new ConferenceError(
  "internal",
  "Something went wrong on the server",
);

/** An error of ours as it is; anything else is a bug, which the log sees and the client does not. */
const visible = (error: unknown, log: Log, context: Context) => {
  const { method, path } = context;
  if (!(error instanceof ConferenceError)) {
    log.error({ err: error, method, path }, "request failed");
    return INTERNAL;
  }
  if (error.status >= 500)
    log.warn({ err: error, method, path }, "request failed");
  return error;
};

/** What no route has answered. */
const unanswered = (context: Context): ConferenceError => {
  const allowed = new Set<string>();
  const matched = (context.matched ?? []) as { methods: string[] }[];
  for (const { methods } of matched)
    for (const method of methods) allowed.add(method);
  if (allowed.size === 0)
    return new ConferenceError("not-found", "There is nothing here");
  const list = [...allowed].join(", ");
  context.set("Allow", list);
  return new ConferenceError(
    "method-not-allowed",
    `${context.method} is not possible here, but ${list}`,
  );
};

export const failures =
  (log: Log): Middleware =>
  async (context, next) => {
    try {
      await next();
      if (context.status === 404 && context.body === undefined)
        throw unanswered(context);
    } catch (caught) {
      const error = visible(caught, log, context);
      if (error.code === "not-authorised")
        context.set("WWW-Authenticate", 'Bearer realm="tutti"');
      context.set("Cache-Control", "no-store");
      context.status = error.status;
      context.body = describeError(error);
    }
  };
