/** Where things are, whether tests run from their sources or compiled, in `build/`. */
import { extname, join } from "node:path";

/** Of the checkout, in which AVA and npm run. */
export const inRoot = (...path: string[]): string =>
  join(process.cwd(), ...path);

/** A script without its extension, beside the module of this URL: `.ts` under tsx, `.js` when compiled. */
export const scriptBeside = (name: string, url: string): URL =>
  new URL(`${name}${extname(new URL(url).pathname)}`, url);
