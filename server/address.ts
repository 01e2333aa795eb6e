/** Who asks. */
import type { IncomingMessage } from "node:http";

/**
 * The IP address that a request comes from. Behind a proxy it is the last that `X-Forwarded-For` names: those before are
 * only what the client says of itself.
 */
export const addressOf = (
  { headers, socket }: Pick<IncomingMessage, "headers" | "socket">,
  trustProxy = false,
): string | undefined => {
  const forwarded = String(headers["x-forwarded-for"] ?? "");
  const last = forwarded.split(",").at(-1)?.trim();
  if (trustProxy && last !== undefined && last !== "") return last;
  return socket.remoteAddress;
};
