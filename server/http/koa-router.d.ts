/** koa-router 14 brings no types; this is what we use of it. */
declare module "koa-router" {
  import type { Middleware } from "koa";

  export type Layer = { path: string; methods: string[] };

  export default class Router {
    /** All routes in the order of their registration. */
    readonly stack: Layer[];
    register(path: string, methods: string[], middleware: Middleware): void;
    routes(): Middleware;
  }
}
