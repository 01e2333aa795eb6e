/** Headers that keep a page from more than it needs. */
import helmet from "koa-helmet";
import type { Middleware } from "koa";

/** The page's own files, its sockets, and the pictures and sounds that it makes itself. */
const CONTENT = {
  "default-src": ["'self'"],
  "connect-src": ["'self'", "ws:", "wss:"],
  "media-src": ["'self'", "blob:", "mediastream:"],
  "img-src": ["'self'", "blob:", "data:"],
  "worker-src": ["'self'", "blob:"],
  "object-src": ["'none'"],
  "base-uri": ["'self'"],
  "form-action": ["'self'"],
  "frame-ancestors": ["'self'"],
};

const FEATURES = [
  "camera",
  "microphone",
  "display-capture",
  "speaker-selection",
  "autoplay",
  "fullscreen",
  "picture-in-picture",
  "screen-wake-lock",
];

/** `tls`: this server speaks HTTPS itself, and may ask browsers to come by nothing else. */
export const securityHeaders = ({ tls }: { tls: boolean }): Middleware[] => [
  helmet({
    contentSecurityPolicy: { useDefaults: false, directives: CONTENT },
    strictTransportSecurity: tls,
    xFrameOptions: { action: "sameorigin" },
  }),
  async (context, next) => {
    const own = FEATURES.map((feature) => `${feature}=(self)`);
    context.set("Permissions-Policy", own.join(", "));
    await next();
  },
];
