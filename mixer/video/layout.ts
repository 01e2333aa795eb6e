export * from "./layouts/index.js";
