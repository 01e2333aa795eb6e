import { CallError, isFinal } from "./errors.js";
import type { Outgoing, RenditionName, RungName } from "./protocol.js";

/** What one watches. */
export type Watch = {
  /** `main`, a view that was made, `solo:ID` (somebody alone) or `own:ID` (without one's own tile). */
  readonly view: string;
  readonly rendition: RenditionName;
  /** Data saver: at most this; null = as much as the line carries. */
  readonly cap: RungName | null;
};

export type WatchChange = Partial<Watch>;

export type WatchingOptions = {
  start: WatchChange;
  /** @throws CallError with the server's refusal */
  ask: (message: Outgoing) => Promise<unknown>;
  /** The answer to this offer. @throws CallError */
  subscribe: (offer: {
    sdp: string;
    view: string;
    rendition: RenditionName;
  }) => Promise<string>;
  /** The wish is another one, by whatever cause. */
  onWish: (wish: Watch) => void;
};

export type Watching = {
  wish(): Watch;
  /** Without a subscription the next one takes it up. @throws CallError when refused; then nothing has changed */
  change(change: WatchChange): Promise<void>;
  /** Takes an offer to the server. A view that is gone gives way to the main one. */
  subscribe(sdp: string): Promise<string>;
  /** The server shows this view: it may have taken ours away. */
  shown(view: string): void;
  /** Somebody left: who watched them alone sees everybody again. */
  gone(participant: string): void;
};

const MAIN = "main";

/** What the server knows; an undefined cap may be any. */
type Told = Omit<Watch, "cap"> & { readonly cap: Watch["cap"] | undefined };

/** What of `next` differs; undefined when nothing does. */
const difference = (from: Told, next: Watch): WatchChange | undefined => {
  const change: { -readonly [Key in keyof Watch]?: Watch[Key] } = {};
  if (next.view !== from.view) change.view = next.view;
  if (next.rendition !== from.rendition) change.rendition = next.rendition;
  if (next.cap !== from.cap) change.cap = next.cap;
  return Object.keys(change).length === 0 ? undefined : change;
};

type State = {
  wish: Watch;
  /** Undefined without a subscription. */
  told: Told | undefined;
  /** The server keeps a cap with the seat, and forgets it with the seat. */
  capped: boolean;
  /** Requests on their way. */
  asking: number;
};

const setWish = (
  state: State,
  { onWish }: WatchingOptions,
  wish: Watch,
): void => {
  state.wish = wish;
  onWish(wish);
};

/** Tells the server what it does not know yet. @throws CallError when refused; then the wish is what it was */
const tell = async (state: State, options: WatchingOptions): Promise<void> => {
  const { told: before, wish: asked } = state;
  if (before === undefined) return;
  const change = difference(before, asked);
  if (change === undefined) return;
  state.told = asked;
  state.capped ||= asked.cap !== null;
  state.asking++;
  try {
    await options.ask({ type: "watch", ...change });
  } catch (error) {
    // Something newer was said meanwhile, or there is a new subscription: that counts.
    if (state.told === asked) state.told = before;
    if (isFinal(error) && state.wish === asked)
      setWish(state, options, { ...before, cap: before.cap ?? null });
    throw error;
  } finally {
    state.asking--;
  }
};

/** Takes an offer to the server, with the wish. A view that is not there any more gives way to the main one. */
const subscribe = async (
  state: State,
  options: WatchingOptions,
  sdp: string,
): Promise<string> => {
  const { view, rendition } = state.wish;
  state.told = undefined;
  try {
    const answer = await options.subscribe({ sdp, view, rendition });
    state.told = { view, rendition, cap: state.capped ? undefined : null };
    // What cannot be said with an offer, or was wished for since. If it is lost, so is the subscription.
    tell(state, options).catch(() => undefined);
    return answer;
  } catch (error) {
    const missing = error instanceof CallError && error.code === "not-found";
    if (!missing || view === MAIN) throw error;
    setWish(state, options, { ...state.wish, view: MAIN });
    return subscribe(state, options, sdp);
  }
};

/** Which picture one wants, kept through lost connections, and told to the server as soon as there is a subscription. */
export const createWatching = (options: WatchingOptions): Watching => {
  const nothing: Watch = { view: MAIN, rendition: "auto", cap: null };
  const state: State = {
    wish: { ...nothing, ...options.start },
    told: undefined,
    capped: false,
    asking: 0,
  };
  const change = async (change: WatchChange): Promise<void> => {
    setWish(state, options, { ...state.wish, ...change });
    await tell(state, options);
  };
  return {
    wish: () => state.wish,
    change,
    subscribe: (sdp) => subscribe(state, options, sdp),
    shown: (view) => {
      // What is asked for now is newer than what is shown.
      const settled = state.told !== undefined && state.asking === 0;
      if (!settled || state.told?.view === view) return;
      state.told = { ...state.told!, view };
      setWish(state, options, { ...state.wish, view });
    },
    gone: (participant) => {
      const alone = [`solo:${participant}`, `own:${participant}`];
      if (alone.includes(state.wish.view))
        change({ view: MAIN }).catch(() => undefined);
    },
  };
};
