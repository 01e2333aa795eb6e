/**
 * When the jitter buffer of a received sound is to be replaced. Those of libwebrtc, ours and browsers', remember a bad
 * line for a minute and a half and play up to a quarter of a second late for that long; a new one has nothing to
 * remember. Pure; the page judges by it, too.
 */

/** What a receiver of sound counts since it began, by WebRTC's names (`inbound-rtp`); times in seconds. */
export type SoundStats = {
  packetsReceived: number;
  packetsLost: number;
  /** Of the last few dozen packets (RFC 3550 §6.4.1). */
  jitter: number;
  jitterBufferDelay: number;
  jitterBufferEmittedCount: number;
  concealedSamples: number;
  silentConcealedSamples: number;
  totalAudioEnergy: number;
  totalSamplesDuration: number;
};

export type Advice = {
  /** Replace the buffer now. */
  renew: boolean;
  /** Look again after so many ms. */
  wait: number;
};

/** A look costs the server 0.5 to 0.6 ms: of 50 people who are looked at this seldom 0.4 % of a core. */
const SELDOM_MS = 8000;
/** For so long after trouble. */
const OFTEN_MS = 300;
const WATCHED_MS = 5000;
/** While a quiet moment is waited for. */
const QUIET_EVERY_MS = 100;

/** Trouble, in one look: good lines lose a packet now and then, and on a busy machine 30 to 80 ms are made up. */
const LOST = 3;
const MADE_UP = 0.09 * 48_000;
/**
 * Seconds; 1 to 7 ms are usual on busy machines. It is a mean that takes a second to come down after a bad time, when
 * there are 17 packets a second: what falls as fast as it can (15/16 a packet) is no new trouble.
 */
const JITTER = 0.015;
const FALLING = 0.85;

/** Seconds without a packet. */
const SILENCE = 0.3;

/** A line is good again after so long without trouble. */
const GOOD_MS = 1500;
/** The buffer has forgotten by itself. */
const FORGOTTEN_MS = 90_000;
/** As much as it was late is cut out of what is said: less is not worth a cut. */
const WORTH_MS = 40;
/** What buffers hold on ordinary lines, as long as a lower figure is not known. */
const USUAL_MS = 60;
/** How long a quiet moment is waited for, and how loud it may be: 50 dB below full scale. */
const PATIENCE_MS = 500;
const QUIET = 1e-5;

/** Between two renewals; twice as long each time on a line that becomes bad again and again. */
const PAUSE_MS = 10_000;
const LONGEST_PAUSE_MS = 160_000;

type Interval = {
  /** Mean, ms; undefined when nothing was played. */
  delay: number | undefined;
  received: boolean;
  trouble: boolean;
  quiet: boolean;
};

/** What happened between two looks. */
const between = (before: SoundStats, now: SoundStats): Interval => {
  const grown = (name: keyof SoundStats): number => now[name] - before[name];
  const received = grown("packetsReceived") > 0;
  const madeUp = grown("concealedSamples") - grown("silentConcealedSamples");
  const played = grown("jitterBufferEmittedCount");
  const seconds = grown("totalSamplesDuration");
  return {
    delay:
      played > 0 ? (1000 * grown("jitterBufferDelay")) / played : undefined,
    received,
    trouble:
      (!received && seconds > SILENCE) ||
      grown("packetsLost") >= LOST ||
      madeUp >= MADE_UP ||
      now.jitter > Math.max(JITTER, FALLING * before.jitter),
    quiet: seconds > 0 && grown("totalAudioEnergy") / seconds < QUIET,
  };
};

type State = {
  last: SoundStats | undefined;
  usual: number;
  /** It is not known yet what the newest buffer holds, which has seen no trouble. */
  fresh: boolean;
  /** Times, ms. */
  receivedAt: number;
  troubleAt: number;
  renewedAt: number;
  readyAt: number | undefined;
  pause: number;
};

const notice = (state: State, it: Interval, at: number): void => {
  if (it.received) state.receivedAt = at;
  if (it.trouble) {
    state.troubleAt = at;
    state.fresh = false;
  }
  const since = at - Math.max(state.troubleAt, state.renewedAt);
  if (since < GOOD_MS || it.delay === undefined) return;
  // What a new buffer holds is what the line takes; what an old one holds may be more.
  state.usual = state.fresh ? it.delay : Math.min(state.usual, it.delay);
  state.fresh = false;
};

const isLate = (state: State, { delay = 0 }: Interval, at: number): boolean => {
  const { usual, troubleAt, renewedAt, pause } = state;
  const since = at - troubleAt;
  return (
    delay > usual + WORTH_MS &&
    since >= GOOD_MS &&
    since < FORGOTTEN_MS &&
    troubleAt > renewedAt &&
    at - renewedAt >= pause
  );
};

const renew = (state: State, at: number): Advice => {
  const again = at - state.renewedAt < 3 * state.pause;
  state.pause = again ? Math.min(2 * state.pause, LONGEST_PAUSE_MS) : PAUSE_MS;
  state.renewedAt = at;
  state.fresh = true;
  state.last = state.readyAt = undefined;
  return { renew: true, wait: OFTEN_MS };
};

const judge = (state: State, it: Interval, at: number): Advice => {
  if (isLate(state, it, at)) {
    state.readyAt ??= at;
    if (it.quiet || at - state.readyAt >= PATIENCE_MS) return renew(state, at);
    return { renew: false, wait: QUIET_EVERY_MS };
  }
  state.readyAt = undefined;
  const since = at - Math.max(state.troubleAt, state.renewedAt);
  const isWatched = since < WATCHED_MS && at - state.receivedAt < GOOD_MS;
  return { renew: false, wait: isWatched ? OFTEN_MS : SELDOM_MS };
};

export type Lateness = {
  /** With what is counted at this time, ms. */
  look: (stats: SoundStats, at: number) => Advice;
};

/** The judgement of one receiver, over all its buffers. */
export const createLateness = (): Lateness => {
  const state: State = {
    last: undefined,
    usual: USUAL_MS,
    fresh: false,
    receivedAt: -Infinity,
    troubleAt: -Infinity,
    renewedAt: -Infinity,
    readyAt: undefined,
    pause: PAUSE_MS,
  };
  return {
    look: (stats, at) => {
      const { last } = state;
      state.last = stats;
      // The first look at a buffer: its beginning is not judged.
      if (last === undefined || stats.packetsReceived < last.packetsReceived)
        return { renew: false, wait: OFTEN_MS };
      const interval = between(last, stats);
      notice(state, interval, at);
      return judge(state, interval, at);
    },
  };
};
