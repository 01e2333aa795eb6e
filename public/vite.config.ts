import type { UserConfig } from "vite";

/** `vite build public` writes dist/public, which the server serves: index.html for `/` and `/r/{room}`, the rest by its hashed name. */
export default {
  base: "/",
  publicDir: false,
  build: {
    outDir: "../dist/public",
    emptyOutDir: true,
    // The content security policy allows no data: URLs.
    assetsInlineLimit: 0,
    // hls.js is that large; only those who watch a broadcast load it.
    chunkSizeWarningLimit: 700,
    // Browsers with everything that the SDK uses.
    target: "es2022",
  },
} satisfies UserConfig;
