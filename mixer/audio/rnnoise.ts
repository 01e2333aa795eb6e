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

/**
 * Of the package's two builds the one with the network of 2024: it takes 30 dB more off a fan than the other, at twice the
 * cost. Its loader is made for pages, and would compile on this thread; the module is inside it.
 */
const LOADER = "@jitsi/rnnoise-wasm/dist/rnnoise-sync.js";
/** How every module begins, in base64. */
const MAGIC = '"data:application/octet-stream;base64,AGFzbQ';

/** 10 ms at 48 kHz: what the network looks at. */
const FRAME = 480;
const FRAME_BYTES = FRAME * Float32Array.BYTES_PER_ELEMENT;
const PAGE = 65_536;

/** The names that this very version's build gave to what it exports. */
type Exports = {
  c: Memory;
  /** Constructors, to be called first. */
  d(): void;
  /** malloc, free. */
  e(bytes: number): number;
  f(pointer: number): void;
  /** rnnoise_create(model), rnnoise_destroy(state), rnnoise_process_frame(state, out, in). */
  h(model: number): number;
  i(state: number): void;
  j(state: number, output: number, input: number): number;
};

const readModule = async (): Promise<Buffer> => {
  const path = createRequire(import.meta.url).resolve(LOADER);
  const loader = await readFile(path, "latin1");
  const at = loader.indexOf(MAGIC) + 1;
  if (at === 0) throw new Error(`${LOADER} has no module inside`);
  const uri = loader.slice(at, loader.indexOf('"', at));
  return Buffer.from(uri.slice(uri.indexOf(",") + 1), "base64");
};

const instantiate = async (): Promise<Exports> => {
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
  const { instance } = await load(await readModule(), {
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
    this.#state = exports.h(0);
    this.#frame = exports.e(FRAME_BYTES);
    this.#view = this.#look();
  }

  process(samples: Int16Array): void {
    for (let at = 0; at + FRAME <= samples.length; at += FRAME)
      this.#processFrame(samples, at);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#exports.i(this.#state);
    this.#exports.f(this.#frame);
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

/** A denoiser for one voice. The module is loaded with the first, off this thread, and stays: 20 MB. */
export const createDenoiser = async (): Promise<Denoiser> => {
  loading ??= instantiate();
  try {
    return new Rnnoise(await loading);
  } catch (error) {
    loading = undefined;
    throw error;
  }
};
