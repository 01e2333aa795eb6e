/** The HTTP edge: REST, WHIP and WHEP, health, and the page. */
import Koa from "koa";
import type { Middleware } from "koa";
import type { Config } from "../config.js";
import type { Log } from "../log.js";
import type { Metrics } from "../metrics.js";
import { createRouter } from "./dispatch.js";
import { failures } from "./failures.js";
import { feedRoutes } from "./feeds.js";
import { healthRoutes, type HealthDeps } from "./health.js";
import { liveRoutes } from "./live.js";
import { describeRoutes } from "./openapi.js";
import { pages } from "./pages.js";
import { recordingFileRoutes } from "./recording-file.js";
import { recordingPackageRoutes } from "./recording-package.js";
import { recordingRoutes } from "./recordings.js";
import { forwardRoutes } from "./forwards.js";
import { renderRoutes } from "./renders.js";
import { roomRoutes } from "./rooms.js";
import type { Route } from "./route.js";
import { routingRoutes } from "./routing.js";
import { rtpRoutes, type RtpDeps } from "./rtp.js";
import { securityHeaders } from "./security.js";
import { shareRoutes } from "./shares.js";
import { sharedRoutes } from "./shared.js";
import { soundRoutes } from "./sounds.js";
import { createRoomSessions, crossOrigin } from "./webrtc.js";
import { viewRoutes } from "./views.js";
import { whepRoutes } from "./whep.js";
import { whipRoutes } from "./whip.js";

export type AppDeps = RtpDeps & {
  readonly config: Pick<Config, "tls" | "trustProxy">;
  readonly metrics: Metrics;
  readonly mixers: HealthDeps["mixers"];
  readonly log: Log;
  /** Directory of the built page. */
  readonly pages: string;
};

/** Every route there is: the router and the OpenAPI document are made of this. */
export const createRoutes = (
  deps: RtpDeps & Pick<AppDeps, "metrics" | "mixers">,
): Route[] => {
  const { directory, metrics, mixers } = deps;
  const webrtc = { ...deps, sessions: createRoomSessions(directory) };
  const routes: Route[] = [];
  const document = describeLater(routes);
  routes.push(
    ...roomRoutes(deps),
    ...routingRoutes(deps),
    ...viewRoutes(deps),
    ...feedRoutes(deps),
    ...soundRoutes(deps),
    ...recordingRoutes(deps),
    ...recordingFileRoutes(deps),
    ...recordingPackageRoutes(deps),
    ...renderRoutes(deps),
    ...shareRoutes(deps),
    ...sharedRoutes(deps, routes),

    ...rtpRoutes(deps),
    ...forwardRoutes(deps),
    ...liveRoutes(deps),
    ...whipRoutes(webrtc),
    ...whepRoutes(webrtc),
    ...healthRoutes({ metrics, mixers, description: document }),
  );
  return routes;
};

/** The document describes its own route too, so it is made when it is first asked for. */
const describeLater = (routes: readonly Route[]): (() => object) => {
  let document: object | undefined;
  return () => (document ??= describeRoutes(routes));
};

/** Counts and logs what was answered. */
const observe =
  ({ metrics, log }: Pick<AppDeps, "metrics" | "log">): Middleware =>
  async (context, next) => {
    const start = performance.now();
    await next();
    const { method, status, path } = context;
    const route = (context.state.route as string | undefined) ?? "none";
    const seconds = (performance.now() - start) / 1000;
    metrics.request({ method, route, status, seconds });
    log.debug({ method, path, status, seconds }, "request answered");
  };

/** Clients that go away in the middle are no news. */
const GONE = new Set(["ECONNRESET", "EPIPE", "ERR_STREAM_PREMATURE_CLOSE"]);

export const createApp = (deps: AppDeps): Koa => {
  const { config, access, log } = deps;
  const app = new Koa({ proxy: config.trustProxy });
  const router = createRouter(createRoutes(deps), access);
  for (const middleware of [
    observe(deps),
    ...securityHeaders({ tls: config.tls !== undefined }),
    crossOrigin,
    failures(log),
    router.routes(),
    pages(deps.pages, deps.keeping.shares),
  ])
    app.use(middleware);
  app.on("error", (err: NodeJS.ErrnoException) => {
    if (!GONE.has(err.code ?? "")) log.warn({ err }, "answer broke off");
  });
  return app;
};
