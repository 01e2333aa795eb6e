/**
 * One mixer process kept ready for the slot whose own dies: starting one takes a second, and several on a busy machine,
 * which everybody in its rooms would wait for.
 */
import type { Logger } from "pino";
import { closeOnce } from "../close-once.js";
import {
  startChild,
  type ChildHandlers,
  type ChildSettings,
  type MixerChild,
} from "./child.js";

export type Spare = {
  /** Wants a process from now on. */
  keep(): void;
  /** The process that is ready, told of as `handlers` from now on; undefined when none is. Another follows it. */
  take(handlers: ChildHandlers): MixerChild | undefined;
  /** Resolves when no process is left. */
  close(): Promise<void>;
};

export type SpareSettings = ChildSettings & {
  /** Milliseconds until the next one is started: whoever has just taken one has the machine to itself first. */
  waitMs: number;
  /** From the start of the process to its `ready`, in milliseconds. */
  startLimitMs: number;
  log: Logger;
};

type Held = {
  child: MixerChild;
  ready: boolean;
  owner: ChildHandlers | undefined;
};

type State = SpareSettings & {
  held: Held | undefined;
  timer: NodeJS.Timeout | undefined;
  closed: boolean;
};

const later = (state: State): void => {
  if (state.closed || state.timer !== undefined) return;
  state.timer = setTimeout(() => {
    state.timer = undefined;
    start(state);
  }, state.waitMs);
};

const start = (state: State): void => {
  const { startLimitMs, log } = state;
  const limit = setTimeout(() => held.child.kill(), startLimitMs);
  const child = startChild(state, {
    onReady: () => {
      clearTimeout(limit);
      held.ready = true;
      log.debug({ pid: child.pid }, "spare mixer is ready");
    },
    onEvent: (event) => held.owner?.onEvent(event),
    onDown: () => held.owner?.onDown(),
    onExit: (how) => {
      clearTimeout(limit);
      if (held.owner !== undefined) return held.owner.onExit(how);
      state.held = undefined;
      if (!state.closed) log.warn({ how }, "the spare mixer is gone");
      later(state);
    },
  });
  const held: Held = { child, ready: false, owner: undefined };
  state.held = held;
};

const take = (
  state: State,
  handlers: ChildHandlers,
): MixerChild | undefined => {
  const { held } = state;
  if (held?.ready !== true) return undefined;
  held.owner = handlers;
  state.held = undefined;
  later(state);
  // Only when the caller knows its process.
  queueMicrotask(() => handlers.onReady());
  return held.child;
};

/** Starts nothing before it is wanted. */
export const createSpare = (settings: SpareSettings): Spare => {
  const state: State = {
    ...settings,
    held: undefined,
    timer: undefined,
    closed: false,
  };
  return {
    keep: () => {
      if (state.held === undefined) later(state);
    },
    take: (handlers) => take(state, handlers),
    close: closeOnce(async () => {
      state.closed = true;
      clearTimeout(state.timer);
      await state.held?.child.stop();
    }),
  };
};
