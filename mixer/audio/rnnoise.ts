/** RNNoise as WebAssembly: the network that Jitsi's browsers use, here for those whose browsers have none. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Denoiser } from "./suppressor.js";

/** The little of WebAssembly that is used here, which Node has and its types have not. */
type Memory = { readonly buffer: ArrayBuffer; grow(pages: number): number };
type Instantiate = (
  module: Uint8Array,
  imports: Record<string, Record<string, (...numbers: number[]) => unknown>>,
) => Promise<{ instance: { exports: unknown } }>;
const { instantiate: load } = (
  globalThis as unknown as { WebAssembly: { instantiate: Instantiate } }
).WebAssembly;

/** 10 ms at 48 kHz: what the network looks at. */
const FRAME = 480;
const FRAME_BYTES = FRAME * Float32Array.BYTES_PER_ELEMENT;
const PAGE = 65_536;

/** The package's own loader is made for pages; these are the names that its build gave to what it exports. */
type Exports = {
  c: Memory;
  /** Constructors, to be called first. */
  d(): void;
  /** rnnoise_create(model), rnnoise_destroy(state), rnnoise_process_frame(state, out, in). */
  f(model: number): number;
  h(state: number): void;
  j(state: number, output: number, input: number): number;
  /** malloc, free. */
  g(bytes: number): number;
  i(pointer: number): void;
};

const instantiate = async (): Promise<Exports> => {
  const require = createRequire(import.meta.url);
  const path = require.resolve("@jitsi/rnnoise-wasm/dist/rnnoise.wasm");
  const loaded: { exports?: Exports } = {};
  const memory = (): Memory => loaded.exports!.c;
  const grow = (bytes: number): number => {
    try {
      memory().grow(Math.ceil((bytes - memory().buffer.byteLength) / PAGE));
      return 1;
    } catch {
      return 0;
    }
  };
  const copy = (to: number, from: number, bytes: number): void => {
    new Uint8Array(memory().buffer).copyWithin(to, from, from + bytes);
  };
  const { instance } = await load(await readFile(path), {
    a: { a: grow, b: copy },
  });
  loaded.exports = instance.exports as unknown as Exports;
  loaded.exports.d();
  return loaded.exports;
};

class Rnnoise implements Denoiser {
  readonly #exports: Exports;
  readonly #state: number;
  /** In and out, one for both. */
  readonly #frame: number;
  #view: Float32Array;
  #closed = false;

  constructor(exports: Exports) {
    this.#exports = exports;
    this.#state = exports.f(0);
    this.#frame = exports.g(FRAME_BYTES);
    this.#view = this.#look();
  }

  process(samples: Int16Array): void {
    for (let at = 0; at + FRAME <= samples.length; at += FRAME)
      this.#processFrame(samples, at);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#exports.h(this.#state);
    this.#exports.i(this.#frame);
  }

  #processFrame(samples: Int16Array, at: number): void {
    // Memory that has grown is another buffer.
    if (this.#view.length === 0) this.#view = this.#look();
    const view = this.#view;
    for (let i = 0; i < FRAME; i++) view[i] = samples[at + i]!;
    this.#exports.j(this.#state, this.#frame, this.#frame);
    const cleaned = this.#view.length === 0 ? this.#look() : view;
    for (let i = 0; i < FRAME; i++) {
      const sample = Math.round(cleaned[i]!);
      samples[at + i] = Math.max(-32_768, Math.min(32_767, sample));
    }
  }

  #look(): Float32Array {
    return new Float32Array(this.#exports.c.buffer, this.#frame, FRAME);
  }
}

let loading: Promise<Exports> | undefined;

/** A denoiser for one voice. The module is loaded with the first, and stays: 16 MB. */
export const createDenoiser = async (): Promise<Denoiser> => {
  loading ??= instantiate();
  return new Rnnoise(await loading);
};
