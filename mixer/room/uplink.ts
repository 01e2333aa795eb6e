/**
 * What each participant is asked to send: as much as the largest tile that any watched view shows of it takes. Cost then
 * follows the pixels shown, not the people present. Pure.
 */
import type {
  ParticipantId,
  SourceKind,
  UplinkHint,
  ViewLayout,
} from "../contract.js";
import type { Micros } from "../media.js";

/** A view that somebody watches, and the largest size and rate in which it is sent. */
export type WatchedView = {
  layout: Pick<ViewLayout, "width" | "height" | "tiles">;
  rung: { width: number; height: number; fps: number };
};

/** Something that a participant publishes. */
export type UplinkSource = {
  participant: ParticipantId;
  source: SourceKind;
  /** Width / height of its picture, once there was one. */
  aspect: number | undefined;
};

export type Uplink = {
  /** Who is to be told something new, with one hint for each source that it publishes. */
  update: (
    sources: readonly UplinkSource[],
    views: readonly WatchedView[],
    now: Micros,
  ) => Map<ParticipantId, UplinkHint[]>;
  /** Whether some watched view shows it; what has not been judged yet counts as shown. */
  isShown: (participant: ParticipantId, source: SourceKind) => boolean;
  /** A new publication of it was told nothing yet. */
  forget: (participant: ParticipantId, source: SourceKind) => void;
};

type Step = { height: number; fps: number; bitrate: number };

/**
 * Sizes that can be asked for, as heights of 16:9: few, so that not every join changes everybody's. Bits are what libvpx
 * in Chromium takes for a talking head of that size in good quality; small tiles do with half the pictures.
 */
const CAMERA_STEPS: readonly Step[] = [
  { height: 90, fps: 15, bitrate: 100_000 },
  { height: 180, fps: 15, bitrate: 180_000 },
  { height: 270, fps: 30, bitrate: 400_000 },
  { height: 360, fps: 30, bitrate: 600_000 },
  { height: 540, fps: 30, bitrate: 1_100_000 },
  { height: 720, fps: 30, bitrate: 1_800_000 },
  { height: 1080, fps: 30, bitrate: 2_500_000 },
];

/** Of a screen every pixel counts and few pictures do. */
const SHARE_STEPS: readonly Step[] = [
  { height: 360, fps: 15, bitrate: 800_000 },
  { height: 540, fps: 15, bitrate: 1_200_000 },
  { height: 720, fps: 15, bitrate: 2_000_000 },
  { height: 1080, fps: 15, bitrate: 3_500_000 },
];

/** A tile may be this much larger than what is sent for it: nobody sees 5 %. */
const TOLERANCE = 1.05;
/** Encoders and jitter buffers are made for no less, even if only stills of it are shown. */
const LEAST_FPS = 5;
/** `auto` crops where less than this is lost, else shows the whole picture. */
const CROP_LIMIT = 1 / 3;
/** A phone that is turned changes its aspect; another scale of the same picture does so only by its rounding. */
const ASPECT_TOLERANCE = 0.05;
const WIDE = 16 / 9;
/** Who is shown smaller or no more may be back soon: a layout that changes twice, a viewer that reconnects. */
const LOWER_AFTER: Micros = 3_000_000;

type Need = { height: number; fps: number };

const NOTHING: Need = { height: 0, fps: 0 };

/** How many pixels the source must have to fill (or, uncropped, to fit) a rectangle, as a height of 16:9. */
const heightFor = (
  { source, aspect = WIDE }: UplinkSource,
  width: number,
  height: number,
): number => {
  const tile = width / height;
  const lost = 1 - Math.min(aspect / tile, tile / aspect);
  const crops = source === "camera" && lost < CROP_LIMIT;
  const pick = crops ? Math.max : Math.min;
  const needed = pick(height, width / aspect);
  return needed * Math.sqrt(aspect / WIDE);
};

const needOf = (source: UplinkSource, views: readonly WatchedView[]): Need => {
  const need = { ...NOTHING };
  for (const { layout, rung } of views) {
    const rect = shownIn(source, layout);
    if (rect === undefined) continue;
    const scale = rung.width / layout.width;
    const height = heightFor(source, rect.width * scale, rect.height * scale);
    need.height = Math.max(need.height, height);
    need.fps = Math.max(need.fps, rung.fps);
  }
  return need;
};

/** Its tile. A screen that was not seen yet has none, and never would have one if it sent nothing: it may get all. */
const shownIn = (
  { participant, source, aspect }: UplinkSource,
  layout: WatchedView["layout"],
): { width: number; height: number } | undefined => {
  const tile = layout.tiles.find(
    (it) => it.participant === participant && it.source === source,
  );
  if (tile !== undefined) return tile;
  return source === "share" && aspect === undefined ? layout : undefined;
};

const even = (value: number): number => 2 * Math.round(value / 2);

const hintFor = (
  { source, aspect = WIDE }: UplinkSource,
  { height, fps: shownFps }: Need,
): UplinkHint => {
  if (height === 0) return { source, width: 0, height: 0, fps: 0, bitrate: 0 };
  const steps = source === "camera" ? CAMERA_STEPS : SHARE_STEPS;
  const step =
    steps.find((it) => it.height * TOLERANCE >= height) ?? steps.at(-1)!;
  const fps = Math.min(step.fps, Math.max(LEAST_FPS, Math.ceil(shownFps)));
  const pixels = step.height * step.height * WIDE;
  return {
    source,
    width: even(Math.sqrt(pixels * aspect)),
    height: even(Math.sqrt(pixels / aspect)),
    fps,
    // Half the pictures take more than half the bits: each differs more from the one before.
    bitrate: Math.round(step.bitrate * (0.4 + (0.6 * fps) / step.fps)),
  };
};

type Told = {
  /** Undefined until something was told. */
  hint: UplinkHint | undefined;
  aspect: number | undefined;
  /** Since when less would do. */
  lessSince: Micros | undefined;
};

const keyOf = (participant: ParticipantId, source: SourceKind): string =>
  `${source}:${participant}`;

const isSame = (a: UplinkHint, b: UplinkHint): boolean =>
  a.width === b.width && a.height === b.height && a.fps === b.fps;

/** The aspect by which it was judged before, unless the picture is really another one now. */
const steadyAspect = (
  aspect: number | undefined,
  before: number | undefined,
): number | undefined => {
  if (aspect === undefined || before === undefined) return aspect ?? before;
  return Math.abs(aspect / before - 1) > ASPECT_TOLERANCE ? aspect : before;
};

/** More is asked for at once, less only when it has been enough for 3 s. False if nothing changes now. */
const revise = (told: Told, hint: UplinkHint, now: Micros): boolean => {
  if (told.hint !== undefined && isSame(hint, told.hint)) {
    told.lessSince = undefined;
    return false;
  }
  if (hint.bitrate < (told.hint?.bitrate ?? 1)) {
    told.lessSince ??= now;
    if (now - told.lessSince < LOWER_AFTER) return false;
  }
  told.hint = hint;
  told.lessSince = undefined;
  return true;
};

export const createUplink = (): Uplink => {
  const told = new Map<string, Told>();

  const judge = (
    given: UplinkSource,
    views: readonly WatchedView[],
    now: Micros,
  ): boolean => {
    const key = keyOf(given.participant, given.source);
    const state = told.get(key) ?? {
      hint: undefined,
      aspect: undefined,
      lessSince: undefined,
    };
    told.set(key, state);
    state.aspect = steadyAspect(given.aspect, state.aspect);
    const source = { ...given, aspect: state.aspect };
    return revise(state, hintFor(source, needOf(source, views)), now);
  };
  const forgetOthers = (sources: readonly UplinkSource[]): void => {
    if (told.size === sources.length) return;
    const there = new Set(
      sources.map(({ participant, source }) => keyOf(participant, source)),
    );
    for (const key of told.keys()) if (!there.has(key)) told.delete(key);
  };
  const hintsOf = (
    participant: ParticipantId,
    sources: readonly UplinkSource[],
  ): UplinkHint[] =>
    sources
      .filter((it) => it.participant === participant)
      .map(({ source }) => told.get(keyOf(participant, source))?.hint)
      .filter((hint) => hint !== undefined);
  return {
    update: (sources, views, now) => {
      const changed = new Set<ParticipantId>();
      for (const source of sources)
        if (judge(source, views, now)) changed.add(source.participant);
      forgetOthers(sources);
      return new Map([...changed].map((id) => [id, hintsOf(id, sources)]));
    },
    isShown: (participant, source) =>
      told.get(keyOf(participant, source))?.hint?.bitrate !== 0,
    forget: (participant, source) => {
      told.delete(keyOf(participant, source));
    },
  };
};
