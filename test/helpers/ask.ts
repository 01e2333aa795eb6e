/** The REST interface of a running server, for who takes no refusal. */
import type { Server } from "./server.js";

/** What is answered, from JSON; `body` is sent as such. @throws Error for a status of 400 and above */
export const ask = async <Result>(
  { url }: Pick<Server, "url">,
  path: string,
  method = "GET",
  body?: unknown,
): Promise<Result> => {
  const response = await fetch(`${url}${path}`, {
    method,
    ...(body !== undefined && {
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    }),
  });
  const text = await response.text();
  if (!response.ok)
    throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return (text === "" ? undefined : JSON.parse(text)) as Result;
};
