/** Replaces the jitter buffer of a received sound when it is needlessly late: both ends of a call do, so the page uses this, too. */
import { createLateness, type SoundStats } from "./lateness.js";

/** The same description with another source of the sound, so that what receives it is made anew. */
const withOtherSource = (sdp: string): string =>
  sdp
    .split(/(?=^m=)/m)
    .map((section) => {
      if (!section.startsWith("m=audio")) return section;
      const named = section.replace(
        /^a=ssrc:(\d+)/gm,
        (_, ssrc: string) => `a=ssrc:${(Number(ssrc) ^ 1) >>> 0}`,
      );
      // Without a name it is any source: naming one does it as well.
      return named === section ? `${section}a=ssrc:1 cname:1\r\n` : named;
    })
    .join("");

/**
 * Makes a connection receive its sound by a new stream, which takes what is under way from the next packet on. `apply` is
 * to negotiate with a description of the other side, which hears nothing of it.
 */
export const renewSound = async (
  sdp: string,
  apply: (sdp: string) => Promise<void>,
): Promise<void> => {
  try {
    await apply(withOtherSource(sdp));
  } finally {
    await apply(sdp);
  }
};

/** Of the sound that a connection receives; undefined before there is any. */
export const soundStats = (
  reports: Iterable<{ type: string; kind?: string }>,
): SoundStats | undefined => {
  for (const report of reports)
    if (report.type === "inbound-rtp" && report.kind === "audio")
      return report as unknown as SoundStats;
  return undefined;
};

export type RenewalOptions = {
  stats: () => Promise<SoundStats | undefined>;
  renew: () => Promise<void>;
};

export type Renewal = {
  /** Looks only while it is on; it begins off. */
  setActive: (active: boolean) => void;
  /** Idempotent. */
  close: () => void;
};

/** Nothing to look at yet. */
const AGAIN_MS = 5000;

/** Looks now and then how late the sound is. What fails is given up. */
export const createRenewal = ({ stats, renew }: RenewalOptions): Renewal => {
  const lateness = createLateness();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let active = false;
  let looking = false;
  let closed = false;

  const look = async (): Promise<number> => {
    const found = await stats();
    if (found === undefined || !active) return AGAIN_MS;
    const advice = lateness.look(found, performance.now());
    if (advice.renew) await renew();
    return advice.wait;
  };
  const run = (): void => {
    timer = undefined;
    looking = true;
    look().then(
      (wait) => {
        looking = false;
        if (active) timer = setTimeout(run, wait);
      },
      () => {
        closed = true;
      },
    );
  };
  const setActive = (wanted: boolean): void => {
    active = wanted && !closed;
    if (!active) {
      clearTimeout(timer);
      timer = undefined;
    } else if (!looking) timer ??= setTimeout(run, AGAIN_MS);
  };
  return {
    setActive,
    close: () => {
      setActive(false);
      closed = true;
    },
  };
};
