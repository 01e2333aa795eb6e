/** When a subscriber's quality is worth telling. Pure. */
import type { SubscriptionQuality } from "../contract.js";
import type { Micros } from "../media.js";

export type QualityNews = {
  /** Passes on what has changed, at most once a second and when the encoder is known; else it is told with a later call. */
  tell: (quality: SubscriptionQuality, now: Micros) => void;
};

const SPACING: Micros = 1_000_000;
/** A picture's encoder opens with its first frame: it is waited for, but not if none can be opened. */
const UNKNOWN: Micros = 2_000_000;
/** What is measured wavers; it is news when it has changed by this much. */
const ESTIMATE_CHANGE = 0.25;
const LOST_CHANGE = 0.05;
/** Milliseconds. */
const ROUND_TRIP_CHANGE = 50;

const hasMoved = (a = 0, b = 0, by: number): boolean => Math.abs(a - b) >= by;

const isNews = (
  quality: SubscriptionQuality,
  told: SubscriptionQuality,
): boolean =>
  quality.view !== told.view ||
  quality.rung !== told.rung ||
  quality.wanted !== told.wanted ||
  quality.cap !== told.cap ||
  quality.codec !== told.codec ||
  quality.encoder !== told.encoder ||
  hasMoved(
    quality.estimate,
    told.estimate,
    Math.max(1, ESTIMATE_CHANGE * (told.estimate ?? 0)),
  ) ||
  hasMoved(quality.lost, told.lost, LOST_CHANGE) ||
  hasMoved(quality.roundTrip, told.roundTrip, ROUND_TRIP_CHANGE);

export const createQualityNews = (
  onNews: (quality: SubscriptionQuality) => void,
): QualityNews => {
  let told: { quality: SubscriptionQuality; at: Micros } | undefined;
  let unknownSince: Micros | undefined;
  const isUnknown = (
    { rung, encoder }: SubscriptionQuality,
    now: Micros,
  ): boolean => {
    if (rung === "audio" || encoder !== "") unknownSince = undefined;
    else unknownSince ??= now;
    return unknownSince !== undefined && now - unknownSince < UNKNOWN;
  };
  return {
    tell: (quality, now) => {
      if (isUnknown(quality, now)) return;
      if (told !== undefined) {
        if (now - told.at < SPACING || !isNews(quality, told.quality)) return;
      }
      told = { quality, at: now };
      onNews(quality);
    },
  };
};
